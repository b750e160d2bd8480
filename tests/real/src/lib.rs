//! Nothing here: the tests are in `tests/real`, the judges they ask in `judges`.
