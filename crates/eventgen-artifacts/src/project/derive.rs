//! A contract as a Rust type, and a test that keeps its schema as a file, which the command reads.

use askama::Template;

use super::context::{FormNames, Project, render, templates};
use super::form::Form;
use crate::error::Error;
use crate::file::File;

pub(super) static FORM: Form = Form {
    name: "derive",
    description: "A Rust type, from which the schema is derived",
    names: FormNames {
        is_derived: true,
        sample: r#"{"orderId": "order-1", "customerId": "ada", "quantity": 2}"#,
        schema: |package| format!("schemas/com.example.{package}.OrderPlaced.avsc"),
    },
    files,
};

fn files(project: &Project) -> Result<Vec<File>, Error> {
    Ok(vec![
        render("src/events.rs", &Events { p: project })?,
        File::render(project.schema.clone(), &Schema { p: project })?,
        render("tests/schemas.rs", &Tests { p: project })?,
    ])
}

templates! {
    Events = "project/events.rs",
    Schema = "project/derived.avsc",
    Tests = "project/schemas.rs";
}
