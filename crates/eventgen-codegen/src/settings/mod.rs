//! Settings: what an application chooses about generated code.
//!
//! Many settings are selected by path. A path has the names of the schema. A leading dot anchors the path at the root:
//! `.com.example` matches that namespace and everything below it, `.com.example.Order` a type and its fields,
//! `.com.example.Order.id` a field, and `.` everything. Without a leading dot, the path matches as a suffix: `Order.id`,
//! `id`.
//!
//! Settings come from calls and from the `[rust]` table of `eventgen.toml`.

mod bad;
mod check;
mod rule;
mod values;

pub use bad::BadSetting;
/// The Rust types that settings choose.
pub use eventgen_schema::{Dates, Decimals};
pub use values::Settings;
