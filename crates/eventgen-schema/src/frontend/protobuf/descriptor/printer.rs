//! Indented lines.

/// Writes a file.
pub(super) struct Printer {
    text: String,
    depth: usize,
    pub(super) is_proto3: bool,
}

impl Printer {
    pub(super) fn new(is_proto3: bool) -> Self {
        Self { text: String::new(), depth: 0, is_proto3 }
    }

    pub(super) fn line(&mut self, line: &str) {
        self.text.extend(std::iter::repeat_n("  ", self.depth));
        self.text.push_str(line);
        self.text.push('\n');
    }

    pub(super) fn finish(self) -> String {
        self.text
    }
}

/// Writes the rest of a block, and its end.
pub(super) fn block(printer: &mut Printer, inside: impl FnOnce(&mut Printer)) {
    printer.depth += 1;
    inside(printer);
    printer.depth -= 1;
    printer.line("}");
}
