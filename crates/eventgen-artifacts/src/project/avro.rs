//! A contract in Avro, and a build script that generates code from it.

use askama::Template;

use super::context::{FormNames, Project, render, templates};
use super::form::Form;
use crate::error::Error;
use crate::file::File;

pub(super) static FORM: Form = Form {
    name: "avro",
    description: "An Avro schema",
    names: FormNames {
        is_derived: false,
        sample: r#"{"orderId": "order-1", "customerId": "ada", "quantity": 2}"#,
        schema: |_| "schemas/order_placed.avsc".to_owned(),
    },
    files,
};

fn files(project: &Project) -> Result<Vec<File>, Error> {
    Ok(vec![File::render(project.schema.clone(), &Schema { p: project })?, render("build.rs", &Build)?])
}

templates! {
    Schema = "project/order_placed.avsc";
    Build = "project/build.rs"
}
