//! The pages, their fenced blocks and their links.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use crate::error::{Context as _, Failure};
use crate::folders::repository;

/// Pages outside of `docs/`.
const PAGES: [&str; 3] = ["README.md", "CONTRIBUTING.md", "examples/README.md"];

/// A page in Markdown.
pub(super) struct Page {
    /// Its path in the repository.
    pub(super) path: String,
    text: String,
    pub(super) blocks: Vec<Block>,
}

/// A fenced block.
pub(super) struct Block {
    /// The number of the line with the fence.
    pub(super) line: usize,
    /// The words after the fence.
    pub(super) info: String,
    pub(super) text: String,
}

/// All pages.
pub(super) fn pages() -> Result<Vec<Page>, Failure> {
    let mut paths: BTreeSet<String> = PAGES.map(str::to_owned).into();
    for entry in fs::read_dir(repository().join("docs")).context("docs")? {
        let path = entry?.path();
        if path.extension().is_some_and(|extension| extension == "md")
            && let Some(name) = path.file_name()
        {
            paths.insert(format!("docs/{}", name.display()));
        }
    }
    let page = |path: String| {
        let text = fs::read_to_string(repository().join(&path)).context(&path)?;
        let blocks = blocks(&text);
        Ok(Page { path, text, blocks })
    };
    paths.into_iter().map(page).collect()
}

fn blocks(text: &str) -> Vec<Block> {
    let mut blocks: Vec<Block> = Vec::new();
    let mut open = false;
    for (index, line) in text.lines().enumerate() {
        match (line.strip_prefix("```"), open) {
            (Some(info), false) => {
                blocks.push(Block { line: index + 1, info: info.trim().to_owned(), text: String::new() });
                open = true;
            }
            (Some(_), true) => open = false,
            (None, true) => {
                let block = blocks.last_mut().expect("an open block");
                block.text.push_str(line);
                block.text.push('\n');
            }
            (None, false) => {}
        }
    }
    blocks
}

/// Links of a page to files and headings that do not exist.
pub(super) fn broken_links(page: &Page) -> Result<Vec<String>, Failure> {
    let folder = Path::new(&page.path).parent().unwrap_or(Path::new(""));
    let mut broken = Vec::new();
    for link in page.text.split("](").skip(1).filter_map(|rest| rest.split(')').next()) {
        if link.contains("://") {
            continue;
        }
        let (file, heading) = link.split_once('#').unwrap_or((link, ""));
        let target = if file.is_empty() {
            repository().join(&page.path)
        } else {
            repository().join(folder).join(file)
        };
        if !target.exists() {
            broken.push(format!("{}: the link `{link}` leads to no file", page.path));
        } else if !heading.is_empty() {
            let text = fs::read_to_string(&target).context(link)?;
            if !text.lines().filter(|line| line.starts_with('#')).any(|line| anchor(line) == heading) {
                broken.push(format!("{}: the link `{link}` leads to no heading", page.path));
            }
        }
    }
    Ok(broken)
}

/// The anchor that GitHub makes of a heading.
fn anchor(heading: &str) -> String {
    let kept = heading.trim_start_matches('#').trim().to_lowercase();
    let kept = kept.chars().filter(|char| char.is_alphanumeric() || matches!(char, ' ' | '-' | '_'));
    kept.map(|char| if char == ' ' { '-' } else { char }).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_have_their_words_and_lines() {
        let found = blocks("text\n```json kafka\n\"a\": 1\n```\n```sh\nls\n```\n");
        assert_eq!(found.len(), 2);
        assert_eq!(
            (found[0].line, found[0].info.as_str(), found[0].text.as_str()),
            (2, "json kafka", "\"a\": 1\n")
        );
        assert_eq!(found[1].info, "sh");
    }

    #[test]
    fn anchors_are_those_of_github() {
        assert_eq!(anchor("### `partitions`, `replicationFactor`"), "partitions-replicationfactor");
        assert_eq!(anchor("## `eventgen.toml`"), "eventgentoml");
    }
}
