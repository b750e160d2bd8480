//! Calls into libraries that panic on some input: the panic becomes an error and is not printed.

use std::any::Any;
use std::cell::Cell;
use std::panic::{self, AssertUnwindSafe};
use std::sync::Once;

thread_local! {
    /// Whether the panics of this thread are caught by [`guarded`].
    static IS_GUARDED: Cell<bool> = const { Cell::new(false) };
}

/// Runs a call that may panic.
///
/// # Errors
/// The message of the panic. Values that the call was changing must not be used afterwards.
pub fn guarded<R>(call: impl FnOnce() -> R) -> Result<R, String> {
    silence_guarded_panics();
    let was_guarded = IS_GUARDED.replace(true);
    let result = panic::catch_unwind(AssertUnwindSafe(call));
    IS_GUARDED.set(was_guarded);
    result.map_err(|panic| message(&*panic))
}

/// Installs a panic hook that ignores the panics of [`guarded`] and leaves all others to the hook before it.
fn silence_guarded_panics() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        let previous = panic::take_hook();
        panic::set_hook(Box::new(move |info| {
            if !IS_GUARDED.get() {
                previous(info);
            }
        }));
    });
}

fn message(panic: &(dyn Any + Send)) -> String {
    let text = panic.downcast_ref::<&str>().map(|text| (*text).to_owned());
    text.or_else(|| panic.downcast_ref::<String>().cloned()).unwrap_or_else(|| "no message".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_panic_becomes_its_message() {
        assert_eq!(guarded(|| 7), Ok(7));
        assert_eq!(guarded(|| -> u8 { panic!("fixed") }), Err("fixed".to_owned()));
        assert_eq!(guarded(|| -> u8 { panic!("number {}", 3) }), Err("number 3".to_owned()));
        let nested = guarded(|| guarded(|| -> u8 { panic!("inner") }));
        assert_eq!(nested, Ok(Err("inner".to_owned())));
    }
}
