//! The schema of a type as fragments of text: the derive sees one type only and leaves gaps for the others. The runtime
//! joins the fragments.

/// The schema of a type.
#[derive(Debug)]
pub(crate) struct Definition {
    pub(crate) name: Option<String>,
    pub(crate) namespace: Option<String>,
    pub(crate) is_union: bool,
    pub(crate) text: Vec<Fragment>,
    pub(crate) canonical: Vec<Fragment>,
    /// The fields that the paths of an annotation may go through.
    pub(crate) fields: Vec<DefinedField>,
}

/// A field of a record.
#[derive(Debug)]
pub(crate) struct DefinedField {
    pub(crate) rust_name: String,
    pub(crate) name: String,
    /// The index of its foreign type.
    pub(crate) foreign: Option<usize>,
}

/// A fragment of a schema.
#[derive(Debug)]
pub(crate) enum Fragment {
    Text(String),
    /// A name in the namespace of the schema that contains this one.
    Name(String),
    /// A foreign type, by its index.
    Foreign(usize),
    /// A foreign type in a union with null.
    Branch(usize),
    /// A type that is defined within this one.
    Inner(Box<Definition>),
    Annotation(Vec<AnnotationFragment>),
}

/// A fragment of an annotation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum AnnotationFragment {
    Text(String),
    /// The path of a field by names in Rust. The runtime replaces them by names in the schema.
    Path(Vec<String>),
}

/// Inserts the annotation of an event as the last property of its record.
pub(crate) fn annotate(record: &mut Vec<Fragment>, annotation: Vec<AnnotationFragment>) {
    let Some(Fragment::Text(last)) = record.last_mut() else { return };
    last.pop();
    let property = AnnotationFragment::Text(",\"kafka\":".to_owned());
    record.push(Fragment::Annotation([property].into_iter().chain(annotation).collect()));
    record.push(Fragment::Text("}".to_owned()));
}
