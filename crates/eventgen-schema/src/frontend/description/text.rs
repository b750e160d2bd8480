//! Texts of examples.

/// Ends of names in lower case, and a text for a field of such a name.
const TEXTS: [(&str, &str); 16] = [
    ("currency", "EUR"),
    ("currencycode", "EUR"),
    ("country", "NO"),
    ("countrycode", "NO"),
    ("email", "ada@example.com"),
    ("url", "https://example.com/"),
    ("uri", "https://example.com/"),
    ("iban", "NO9386011117947"),
    ("sku", "SKU-1042"),
    ("firstname", "Ada"),
    ("lastname", "Lovelace"),
    ("language", "en"),
    ("version", "1.0"),
    ("lastfour", "4242"),
    ("timezone", "Europe/Oslo"),
    ("phone", "+4712345678"),
];

/// A text that a field of this name could hold.
pub(crate) fn text_for(field: &str) -> String {
    if field.is_empty() {
        return "text".to_owned();
    }
    let plain: String = field.chars().filter(|char| *char != '_').collect();
    let plain = plain.to_lowercase();
    if let Some((_, text)) = TEXTS.iter().find(|(end, _)| plain.ends_with(end)) {
        return (*text).to_owned();
    }
    let words = words(field);
    match words.split_last() {
        Some((last, [])) if last == "id" => "1042".to_owned(),
        Some((last, stem)) if last == "id" => format!("{}-1042", stem.join("-")),
        _ => words.join(" "),
    }
}

/// The words of a name in `camelCase` or `snake_case`, in lower case.
fn words(name: &str) -> Vec<String> {
    let mut words: Vec<String> = Vec::new();
    let mut is_open = false;
    let mut was_lower = false;
    for char in name.chars() {
        if !char.is_alphanumeric() {
            is_open = false;
            continue;
        }
        if char.is_uppercase() && was_lower {
            is_open = false;
        }
        was_lower = !char.is_uppercase();
        if !is_open {
            words.push(String::new());
            is_open = true;
        }
        if let Some(word) = words.last_mut() {
            word.extend(char.to_lowercase());
        }
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_suit_the_name_of_the_field() {
        let texts = ["orderId", "customer_id", "id", "currency", "firstName", "shippingNote", "URL", "", "_"];
        let expected = [
            "order-1042",
            "customer-1042",
            "1042",
            "EUR",
            "Ada",
            "shipping note",
            "https://example.com/",
            "text",
            "",
        ];
        assert_eq!(texts.map(text_for), expected.map(str::to_owned));
    }
}
