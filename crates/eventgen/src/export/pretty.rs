//! Formats JSON for readers.

/// JSON with one entry a line. A short list or object that contains no other is on one line.
pub(super) fn pretty(json: &str) -> String {
    let mut out = String::new();
    let mut depth = 0;
    let mut rest = json;
    while let Some(char) = rest.chars().next() {
        let token = match char {
            '"' => string_length(rest),
            '{' | '[' => flat_length(rest).unwrap_or(1),
            _ => char.len_utf8(),
        };
        let (text, after) = rest.split_at(token);
        rest = after;
        match char {
            '{' | '[' if text.len() > 1 => out.push_str(&spaced(text)),
            '{' | '[' => {
                depth += 1;
                out.push(char);
                line(&mut out, depth);
            }
            '}' | ']' => {
                depth -= 1;
                line(&mut out, depth);
                out.push(char);
            }
            ',' => {
                out.push(char);
                line(&mut out, depth);
            }
            ':' => out.push_str(": "),
            _ => out.push_str(text),
        }
    }
    out + "\n"
}

/// The longest list or object that goes on one line, in bytes.
const FLAT: usize = 80;

/// The length of a list or an object that goes on one line.
fn flat_length(text: &str) -> Option<usize> {
    let mut position = 1;
    while let Some(rest) = text.get(position..).filter(|rest| !rest.is_empty() && position <= FLAT) {
        match rest.chars().next()? {
            '"' => position += string_length(rest),
            '{' | '[' => return None,
            '}' | ']' => return Some(position + 1),
            char => position += char.len_utf8(),
        }
    }
    None
}

fn string_length(text: &str) -> usize {
    let mut escaped = false;
    let mut end = |&(_, char): &(usize, char)| {
        let ends = char == '"' && !escaped;
        escaped = char == '\\' && !escaped;
        ends
    };
    text.char_indices().skip(1).find(|at| end(at)).map_or(text.len(), |(position, _)| position + 1)
}

/// A list or an object on one line.
fn spaced(text: &str) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some(char) = rest.chars().next() {
        let token = if char == '"' { string_length(rest) } else { char.len_utf8() };
        let (text, after) = rest.split_at(token);
        rest = after;
        out.push_str(text);
        match char {
            ',' | ':' => out.push(' '),
            '{' if !rest.starts_with('}') => out.push(' '),
            _ if rest.starts_with('}') && char != '{' => out.push(' '),
            _ => {}
        }
    }
    out
}

fn line(out: &mut String, depth: usize) {
    out.push('\n');
    out.extend(std::iter::repeat_n("  ", depth));
}

#[cfg(test)]
mod tests {
    use super::pretty;

    #[test]
    fn each_entry_is_a_line_and_short_lists_stay_on_one() {
        let text = r#"{"type":"record","doc":"a \"b\": {c}, é","fields":[{"name":"id","type":["null","string"]},{"name":"e","type":{}}]}"#;
        let expected = r#"{
  "type": "record",
  "doc": "a \"b\": {c}, é",
  "fields": [
    {
      "name": "id",
      "type": ["null", "string"]
    },
    {
      "name": "e",
      "type": {}
    }
  ]
}
"#;
        assert_eq!(pretty(text), expected);
    }
}
