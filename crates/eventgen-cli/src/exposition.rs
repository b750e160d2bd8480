//! Metrics in Prometheus' text format (version 0.0.4).

use std::fmt::{Display, Write as _};

/// Metrics, one after another.
#[derive(Default)]
pub(crate) struct Page(String);

impl Page {
    /// Starts a metric. Its series follow.
    pub(crate) fn metric(&mut self, name: &'static str, help: &str) -> Metric<'_> {
        let _ = writeln!(self.0, "# HELP {name} {help}\n# TYPE {name} gauge");
        Metric { page: &mut self.0, name }
    }

    pub(crate) fn into_text(self) -> String {
        self.0
    }
}

/// A metric of a page.
pub(crate) struct Metric<'a> {
    page: &'a mut String,
    name: &'static str,
}

impl Metric<'_> {
    pub(crate) fn series(&mut self, labels: &[(&str, &dyn Display)], value: impl Display) {
        self.page.push_str(self.name);
        for (index, (name, value)) in labels.iter().enumerate() {
            let before = if index == 0 { '{' } else { ',' };
            let value = value.to_string().replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n");
            let _ = write!(self.page, "{before}{name}=\"{value}\"");
        }
        let end = if labels.is_empty() { "" } else { "}" };
        let _ = writeln!(self.page, "{end} {value}");
    }
}
