//! Settings: what an application chooses about generated code.
//!
//! Many settings are selected by path. A path has the names of the schema. A leading dot anchors the path at the root:
//! `.com.example` matches that namespace and everything below it, `.com.example.Order` a type and its fields,
//! `.com.example.Order.id` a field, and `.` everything. Without a leading dot, the path matches as a suffix: `Order.id`,
//! `id`.

mod bad;
mod check;
mod choices;
mod rule;
mod values;

pub use bad::BadSetting;
pub use choices::{Dates, Decimals};
pub use values::Settings;
