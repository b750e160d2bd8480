//! One path or several, as an argument.

use std::path::{Path, PathBuf};

/// One path, or an array, slice or vector of paths.
///
/// ```
/// use eventgen_build::Paths;
///
/// assert_eq!("schemas".into_paths().len(), 1);
/// assert_eq!(["orders", "payments"].into_paths().len(), 2);
/// ```
pub trait Paths {
    /// The paths, in order.
    fn into_paths(self) -> Vec<PathBuf>;
}

macro_rules! one {
    ($($path:ty),*) => {
        $(impl Paths for $path {
            fn into_paths(self) -> Vec<PathBuf> {
                vec![PathBuf::from(self)]
            }
        })*
    };
}

one!(&str, String, &String, &Path, PathBuf, &PathBuf);

macro_rules! several {
    ($($(const $size:ident)? $paths:ty;)*) => {
        $(impl<P: AsRef<Path> $(, const $size: usize)?> Paths for $paths {
            fn into_paths(self) -> Vec<PathBuf> {
                self.iter().map(|path| path.as_ref().to_owned()).collect()
            }
        })*
    };
}

several! {
    const N [P; N];
    const N &[P; N];
    &[P];
    Vec<P>;
    &Vec<P>;
}
