//! The spans of the elements of a `.proto` file in its text.

use std::collections::HashMap;
use std::ops::Range;

use prost_reflect::prost_types::FileDescriptorProto;

/// Field numbers of `google/protobuf/descriptor.proto`, which paths of source locations are made of.
pub(super) mod tag {
    pub(in crate::frontend::protobuf) const NAME: i32 = 1;
    pub(in crate::frontend::protobuf) const FILE_PACKAGE: i32 = 2;
    pub(in crate::frontend::protobuf) const FILE_DEPENDENCY: i32 = 3;
    pub(in crate::frontend::protobuf) const FILE_MESSAGE: i32 = 4;
    pub(in crate::frontend::protobuf) const FILE_ENUM: i32 = 5;
    pub(in crate::frontend::protobuf) const FILE_SERVICE: i32 = 6;
    pub(in crate::frontend::protobuf) const FILE_EXTENSION: i32 = 7;
    pub(in crate::frontend::protobuf) const FILE_OPTIONS: i32 = 8;
    pub(in crate::frontend::protobuf) const MESSAGE_FIELD: i32 = 2;
    pub(in crate::frontend::protobuf) const MESSAGE_NESTED: i32 = 3;
    pub(in crate::frontend::protobuf) const MESSAGE_ENUM: i32 = 4;
    pub(in crate::frontend::protobuf) const MESSAGE_EXTENSION_RANGE: i32 = 5;
    pub(in crate::frontend::protobuf) const MESSAGE_EXTENSION: i32 = 6;
    pub(in crate::frontend::protobuf) const MESSAGE_OPTIONS: i32 = 7;
    pub(in crate::frontend::protobuf) const MESSAGE_ONEOF: i32 = 8;
    pub(in crate::frontend::protobuf) const MESSAGE_RESERVED_RANGE: i32 = 9;
    pub(in crate::frontend::protobuf) const MESSAGE_RESERVED_NAME: i32 = 10;
    pub(in crate::frontend::protobuf) const EXTENSION_RANGE_OPTIONS: i32 = 3;
    pub(in crate::frontend::protobuf) const FIELD_OPTIONS: i32 = 8;
    pub(in crate::frontend::protobuf) const FIELD_NUMBER: i32 = 3;
    pub(in crate::frontend::protobuf) const ONEOF_OPTIONS: i32 = 2;
    pub(in crate::frontend::protobuf) const ENUM_VALUE: i32 = 2;
    pub(in crate::frontend::protobuf) const ENUM_OPTIONS: i32 = 3;
    pub(in crate::frontend::protobuf) const ENUM_RESERVED_RANGE: i32 = 4;
    pub(in crate::frontend::protobuf) const ENUM_RESERVED_NAME: i32 = 5;
    pub(in crate::frontend::protobuf) const ENUM_VALUE_OPTIONS: i32 = 3;
    pub(in crate::frontend::protobuf) const ENUM_VALUE_NUMBER: i32 = 2;
    pub(in crate::frontend::protobuf) const SERVICE_METHOD: i32 = 2;
    pub(in crate::frontend::protobuf) const SERVICE_OPTIONS: i32 = 3;
    pub(in crate::frontend::protobuf) const METHOD_OPTIONS: i32 = 4;
    pub(in crate::frontend::protobuf) const UNINTERPRETED_OPTION: i32 = 999;
}

/// The spans in a file by the paths of its source locations.
pub(super) struct Spans(HashMap<Vec<i32>, Range<usize>>);

impl Spans {
    pub(super) fn of(descriptor: &FileDescriptorProto, text: &str) -> Self {
        let lines: Vec<usize> =
            std::iter::once(0).chain(text.match_indices('\n').map(|(newline, _)| newline + 1)).collect();
        // Lines and columns count from 0, columns in bytes.
        let offset = |line: i32, column: i32| {
            let line = usize::try_from(line).ok().and_then(|line| lines.get(line)).copied()?;
            Some((line + usize::try_from(column).ok()?).min(text.len()))
        };
        let locations = descriptor.source_code_info.iter().flat_map(|info| &info.location);
        let spans = locations.filter_map(|location| {
            let (start, end) = match location.span[..] {
                [line, start, end] => (offset(line, start)?, offset(line, end)?),
                [first, start, last, end] => (offset(first, start)?, offset(last, end)?),
                _ => return None,
            };
            Some((location.path.clone(), start..end))
        });
        Self(spans.collect())
    }

    pub(super) fn get(&self, path: &[i32]) -> Option<Range<usize>> {
        self.0.get(path).cloned()
    }

    /// The options that are not interpreted yet, in the order of the file.
    pub(super) fn options(&self) -> Vec<(&[i32], Range<usize>)> {
        let is_option = |path: &[i32]| matches!(path, [.., tag::UNINTERPRETED_OPTION, _]);
        let options = self.0.iter().filter(|(path, _)| is_option(path));
        let mut options: Vec<_> = options.map(|(path, range)| (path.as_slice(), range.clone())).collect();
        options.sort_by_key(|(_, range)| range.start);
        options
    }
}
