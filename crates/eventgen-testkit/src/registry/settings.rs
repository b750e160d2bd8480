//! Levels and modes: of a subject, else of its context, else of the registry.

use std::collections::BTreeMap;

use eventgen_schema::contract::Compatibility;

use super::error::Refusal;
use super::qualified::Qualified;

/// The values of one setting.
#[derive(Debug)]
pub(super) struct Settings<T> {
    default: T,
    global: Option<T>,
    own: BTreeMap<Qualified, T>,
}

impl<T: Copy> Settings<T> {
    fn new(default: T) -> Self {
        Self { default, global: None, own: BTreeMap::new() }
    }

    /// The value of the registry.
    pub(super) fn global(&self) -> T {
        self.global.unwrap_or(self.default)
    }

    pub(super) fn set_global(&mut self, value: T) {
        self.global = Some(value);
    }

    /// Sets the registry's value to that of a new one, and returns the one before.
    pub(super) fn reset(&mut self) -> T {
        self.global.take().unwrap_or(self.default)
    }

    /// The value of a subject, or of a context, if it has one of its own.
    pub(super) fn own(&self, subject: &Qualified) -> Option<T> {
        self.own.get(subject).copied()
    }

    /// The value that applies to a subject.
    pub(super) fn effective(&self, subject: &Qualified) -> T {
        self.own(subject).or_else(|| self.own(&subject.of_context())).unwrap_or_else(|| self.global())
    }

    pub(super) fn set(&mut self, subject: Qualified, value: T) {
        self.own.insert(subject, value);
    }

    /// Removes the value of a subject and returns it.
    pub(super) fn remove(&mut self, subject: &Qualified) -> Option<T> {
        self.own.remove(subject)
    }
}

/// Compatibility levels. That of a new registry is `BACKWARD`.
pub(super) type Levels = Settings<Compatibility>;

impl Default for Levels {
    fn default() -> Self {
        Self::new(Compatibility::Backward)
    }
}

/// Whether subjects can be written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mode {
    ReadWrite,
    ReadOnly,
    /// Read-only also for subjects with a mode of their own.
    ReadOnlyOverride,
    /// Schemas are registered with the ids that they have elsewhere.
    Import,
}

impl Mode {
    const ALL: [Self; 4] = [Self::ReadWrite, Self::ReadOnly, Self::ReadOnlyOverride, Self::Import];

    pub(super) const fn as_str(self) -> &'static str {
        match self {
            Self::ReadWrite => "READWRITE",
            Self::ReadOnly => "READONLY",
            Self::ReadOnlyOverride => "READONLY_OVERRIDE",
            Self::Import => "IMPORT",
        }
    }

    pub(super) fn parse(name: &str) -> Result<Self, Refusal> {
        let name = name.to_uppercase();
        Self::ALL.into_iter().find(|mode| mode.as_str() == name).ok_or(Refusal::InvalidMode)
    }

    const fn is_read_only(self) -> bool {
        matches!(self, Self::ReadOnly | Self::ReadOnlyOverride)
    }
}

pub(super) type Modes = Settings<Mode>;

impl Default for Modes {
    fn default() -> Self {
        Self::new(Mode::ReadWrite)
    }
}

impl Modes {
    /// The mode of a subject that can be written.
    pub(super) fn writable(&self, subject: &Qualified) -> Result<Mode, Refusal> {
        let mode = self.effective(subject);
        if mode.is_read_only() || self.global() == Mode::ReadOnlyOverride {
            return Err(Refusal::ReadOnly(subject.name()));
        }
        Ok(mode)
    }
}
