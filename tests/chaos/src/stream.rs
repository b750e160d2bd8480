//! The events of the stream, generated from `schemas/step.avsc`. Included by each program that uses them.

eventgen::include_events!();
