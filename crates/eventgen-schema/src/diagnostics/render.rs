//! Renders all diagnostics of a run as text.

use std::fmt;

use super::diagnostic::{Diagnostic, Diagnostics};
#[cfg(not(feature = "render"))]
use super::plain::render;
#[cfg(feature = "render")]
use super::snippet::render;

impl Diagnostics {
    /// Renders every diagnostic with the lines that it points at, then the [`summary`](Self::summary).
    pub fn render(&self, color: bool) -> String {
        let rendered = self.iter().map(|diagnostic| self.render_one(diagnostic, color) + "\n\n");
        rendered.collect::<String>() + &self.summary()
    }

    /// Renders one diagnostic, without a line break at the end.
    pub fn render_one(&self, diagnostic: &Diagnostic, color: bool) -> String {
        render(diagnostic, self.sources(), color)
    }
}

impl fmt::Display for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.render(false))
    }
}

/// The same as `Display`: `main` of a build script prints the `Debug` form of its error.
impl fmt::Debug for Diagnostics {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "\n{self}")
    }
}

impl std::error::Error for Diagnostics {}
