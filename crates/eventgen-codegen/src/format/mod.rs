//! Layout: formats the emitted tokens and puts them into the modules of the generated file.

pub(crate) mod items;
pub(crate) mod modules;
pub(crate) mod parallel;
