//! Empty: the tests of this package are in `tests`.
