//! Reads generated rules.

/// A rule.
#[derive(Debug, Default)]
pub(crate) struct Rule {
    pub(crate) name: String,
    /// It records a series. Otherwise it is an alert.
    pub(crate) records: bool,
    pub(crate) expression: String,
    /// The labels that it adds.
    pub(crate) labels: Vec<String>,
    pub(crate) severity: String,
    /// The labels in its texts.
    pub(crate) templates: Vec<String>,
}

/// The rules of a generated file, whose layout is always the same.
pub(crate) fn parsed(text: &str) -> Vec<Rule> {
    let mut rules: Vec<Rule> = Vec::new();
    let mut key = "";
    for line in text.lines() {
        if let Some(rule) = line.strip_prefix("      - ") {
            let (kind, name) = rule.split_once(": ").expect("a name");
            rules.push(Rule { name: name.to_owned(), records: kind == "record", ..Rule::default() });
            continue;
        }
        let Some(rule) = rules.last_mut() else { continue };
        match line.strip_prefix("        ") {
            Some(inside) if inside.starts_with("  ") => match key {
                "expr" => rule.expression.extend([inside.trim(), "\n"]),
                "labels" => {
                    let (label, value) = inside.trim().split_once(": ").expect("a label");
                    rule.labels.push(label.to_owned());
                    if label == "severity" {
                        value.clone_into(&mut rule.severity);
                    }
                }
                "annotations" => {
                    let labels = inside.split("$labels.").skip(1);
                    let labels = labels.filter_map(|rest| rest.split([' ', '}']).next());
                    rule.templates.extend(labels.map(str::to_owned));
                }
                _ => {}
            },
            Some(inside) => key = inside.split(':').next().unwrap_or_default(),
            None => key = "",
        }
    }
    assert!(rules.iter().all(|rule| !rule.expression.is_empty()));
    rules
}
