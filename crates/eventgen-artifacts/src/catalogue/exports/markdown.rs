//! Text as MDX: Markdown in which braces are expressions, angle brackets are components, and a line may be a statement of
//! JavaScript.

use crate::catalogue::rich::{Part, Rich};

/// Paragraphs, each with an empty line behind it.
pub(super) fn paragraphs(paragraphs: &[Rich]) -> String {
    paragraphs.iter().map(|paragraph| line(paragraph) + "\n\n").collect()
}

/// A line that starts nothing but a paragraph.
pub(super) fn line(rich: &[Part]) -> String {
    let text = inline(rich);
    let mut chars = text.chars();
    match chars.next() {
        // `1.` starts a list, `import` and `export` start a statement.
        Some(first)
            if first.is_ascii_digit() || ["import", "export"].iter().any(|&word| text.starts_with(word)) =>
        {
            format!("&#{};{}", u32::from(first), chars.as_str())
        }
        Some(first @ ('-' | '+' | '=')) => format!("\\{first}{}", chars.as_str()),
        _ => text,
    }
}

/// Text behind something else on a line.
pub(super) fn inline(rich: &[Part]) -> String {
    let text: String = rich
        .iter()
        .map(|part| match part {
            Part::Text(text) => escaped(text),
            Part::Code(name) | Part::Link { text: name, .. } => code(name),
        })
        .collect();
    text.trim().to_owned()
}

/// A name as code.
pub(super) fn code(name: &str) -> String {
    let name = one_line(name);
    let fence = "`".repeat(longest_run(&name) + 1);
    let is_padded = name.starts_with(['`', ' ']) || name.ends_with(['`', ' ']) || name.is_empty();
    let pad = if is_padded { " " } else { "" };
    format!("{fence}{pad}{name}{pad}{fence}")
}

/// Lines of code in a language.
pub(super) fn block(language: &str, text: &str) -> String {
    let fence = "`".repeat(longest_run(text).max(2) + 1);
    format!("{fence}{language}\n{}\n{fence}\n\n", text.trim_end())
}

/// Text in which nothing is Markdown, a component, an expression or a directive.
pub(super) fn escaped(text: &str) -> String {
    let mut out = String::new();
    for char in one_line(text).chars() {
        if "\\`*_{}[]<>#|~&$!:".contains(char) {
            out.push('\\');
        }
        out.push(char);
    }
    out
}

fn one_line(text: &str) -> String {
    text.chars().map(|char| if char.is_control() { ' ' } else { char }).collect()
}

/// The length of the longest row of backticks.
fn longest_run(text: &str) -> usize {
    text.split(|char| char != '`').map(str::len).max().unwrap_or(0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::catalogue::rich::text;

    #[test]
    fn text_is_no_markdown() {
        assert_eq!(escaped("a {b} <c> *d*\n:e"), "a \\{b\\} \\<c\\> \\*d\\* \\:e");
        let lines = ["import x", "export{", "1. a", "- a", "A b", "é", ""].map(|words| line(&[text(words)]));
        assert_eq!(lines, ["&#105;mport x", "&#101;xport\\{", "&#49;. a", "\\- a", "A b", "é", ""]);
    }

    #[test]
    fn code_may_have_backticks() {
        assert_eq!([code("a"), code("`a"), code("a``b")], ["`a`", "`` `a ``", "```a``b```"]);
        assert_eq!(block("json", "```"), "````json\n```\n````\n\n");
    }
}
