//! Clients of a secured cluster: see `tests`.
