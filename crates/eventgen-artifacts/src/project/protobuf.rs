//! A contract in Protobuf, and a build script that generates code from it.

use askama::Template;

use super::context::{FormNames, Project, render, templates};
use super::form::Form;
use crate::error::Error;
use crate::file::File;

pub(super) static FORM: Form = Form {
    name: "protobuf",
    description: "A Protobuf file",
    names: FormNames {
        is_derived: false,
        sample: r#"{"order_id": "order-1", "customer_id": "ada", "quantity": 2}"#,
        schema: |_| "schemas/order_placed.proto".to_owned(),
    },
    files,
};

fn files(project: &Project) -> Result<Vec<File>, Error> {
    Ok(vec![File::render(project.schema.clone(), &Schema { p: project })?, render("build.rs", &Build)?])
}

templates! {
    Schema = "project/order_placed.proto";
    Build = "project/build.rs"
}
