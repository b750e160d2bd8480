//! Locations in the schema file, at the end of a message.

use eventgen_schema::Place;

use crate::package::folder;

/// A line with the location relative to the package, or nothing.
pub(super) fn line(place: Option<Place>) -> String {
    let Some(place) = place else { return String::new() };
    let folder = folder();
    let path = place.path.strip_prefix(&folder).unwrap_or(&place.path).display();
    format!("\n  {path}:{}:{}", place.position.line, place.position.column)
}
