//! Names in pages: a long one may be broken between its words, where it would be broken anywhere otherwise.

/// Names of up to this many characters fit beside each other on a phone.
const SHORT: usize = 20;

/// A name in HTML, escaped, with `<wbr>` after its marks and before its capital letters. Copied text does not have them.
pub(super) fn breakable(name: &str) -> String {
    let is_long = name.chars().nth(SHORT).is_some();
    let mut html = String::with_capacity(name.len());
    let mut before = None;
    for char in name.chars() {
        let starts_word = |before: char| {
            ".-_/".contains(before) && !".-_/".contains(char)
                || char.is_uppercase() && (before.is_lowercase() || before.is_numeric())
        };
        if is_long && before.is_some_and(starts_word) {
            html.push_str("<wbr>");
        }
        match char {
            '&' => html.push_str("&amp;"),
            '<' => html.push_str("&lt;"),
            '>' => html.push_str("&gt;"),
            '"' => html.push_str("&quot;"),
            '\'' => html.push_str("&#39;"),
            char => html.push(char),
        }
        before = Some(char);
    }
    html
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_names_are_broken_between_words_and_all_are_escaped() {
        assert_eq!(breakable("orders.placed.v1"), "orders.placed.v1");
        assert_eq!(breakable("<b>\"&'"), "&lt;b&gt;&quot;&amp;&#39;");
        assert_eq!(
            breakable("externalReferenceNumber__of-it"),
            "external<wbr>Reference<wbr>Number__<wbr>of-<wbr>it"
        );
        assert_eq!(
            breakable("com.example.HTTPServer2Started"),
            "com.<wbr>example.<wbr>HTTPServer2<wbr>Started"
        );
    }
}
