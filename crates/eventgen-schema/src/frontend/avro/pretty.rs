//! JSON on several lines, for people who will edit it. A registry sends it on one.

/// Indents a text in JSON. Nothing but space changes, so that it stays the same schema; a text with lines of its own is kept.
pub(super) fn json(text: &str) -> String {
    let text = text.trim();
    if text.contains('\n') {
        return format!("{text}\n");
    }
    let (mut pretty, mut depth) = (String::new(), 0_usize);
    let mut chars = text.chars().peekable();
    let line = |pretty: &mut String, depth: usize| {
        pretty.push('\n');
        pretty.extend(std::iter::repeat_n("  ", depth));
    };
    while let Some(char) = chars.next() {
        match char {
            '"' => {
                pretty.push(char);
                let mut is_escaped = false;
                for char in chars.by_ref() {
                    pretty.push(char);
                    match char {
                        '"' if !is_escaped => break,
                        char => is_escaped = char == '\\' && !is_escaped,
                    }
                }
            }
            '{' | '[' => {
                pretty.push(char);
                while chars.next_if(|char| char.is_whitespace()).is_some() {}
                if chars.peek().is_some_and(|char| matches!(char, '}' | ']')) {
                    pretty.extend(chars.next());
                } else {
                    depth += 1;
                    line(&mut pretty, depth);
                }
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                line(&mut pretty, depth);
                pretty.push(char);
            }
            ',' => {
                pretty.push(char);
                line(&mut pretty, depth);
            }
            ':' => pretty.push_str(": "),
            char if char.is_whitespace() => {}
            char => pretty.push(char),
        }
    }
    pretty.push('\n');
    pretty
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_space_changes() {
        let text = r#"{"name":"a, \"b\": {c}\\","fields":[{"x":[],"y":{ }},1.50],"z":null}"#;
        let pretty = json(text);
        let expected = "{\n  \"name\": \"a, \\\"b\\\": {c}\\\\\",\n  \"fields\": [\n    {\n      \"x\": [],\n      \"y\": {}\n    },\n    1.50\n  ],\n  \"z\": null\n}\n";
        assert_eq!(pretty, expected);
        assert_eq!(json(&pretty), pretty);
        assert_eq!(json(" \"string\" "), "\"string\"\n");
    }
}
