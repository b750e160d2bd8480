//! Numbers and names that are `reserved`, in messages and in enums.

use std::collections::BTreeSet;

use prost_reflect::{EnumDescriptor, MessageDescriptor};

/// What a message or an enum reserves.
pub(super) struct Reserved {
    /// The first and the last number of each range.
    ranges: Vec<(i64, i64)>,
    names: BTreeSet<String>,
}

impl Reserved {
    pub(super) fn of_message(message: &MessageDescriptor) -> Self {
        let ranges =
            message.reserved_ranges().map(|range| (i64::from(range.start), i64::from(range.end) - 1));
        Self { ranges: ranges.collect(), names: message.reserved_names().map(str::to_owned).collect() }
    }

    pub(super) fn of_enum(definition: &EnumDescriptor) -> Self {
        let ranges =
            definition.reserved_ranges().map(|range| (i64::from(*range.start()), i64::from(*range.end())));
        Self { ranges: ranges.collect(), names: definition.reserved_names().map(str::to_owned).collect() }
    }

    /// Says whether a member has a number or a name that is reserved here.
    pub(super) fn used_by(&self, number: i64, name: &str) -> Option<String> {
        let has_number = self.ranges.iter().any(|(first, last)| (*first..=*last).contains(&number));
        match (has_number, self.names.contains(name)) {
            (true, true) => Some(format!("the number {number} and the name `{name}` were reserved")),
            (true, false) => Some(format!("the number {number} was reserved")),
            (false, true) => Some(format!("the name `{name}` was reserved")),
            (false, false) => None,
        }
    }

    /// The numbers and names, as they are written, that another version neither reserves nor uses.
    pub(super) fn freed(&self, new: &Self, used: &[(i64, String)]) -> Vec<String> {
        let taken: Vec<(i64, i64)> =
            new.ranges.iter().copied().chain(used.iter().map(|(number, _)| (*number, *number))).collect();
        let mut left = self.ranges.clone();
        for (first, last) in taken {
            left = left
                .into_iter()
                .flat_map(|(from, to)| [(from, to.min(first - 1)), (from.max(last + 1), to)])
                .filter(|(from, to)| from <= to)
                .collect();
        }
        let numbers = left.into_iter().map(|(from, to)| {
            if from == to { format!("`reserved {from};`") } else { format!("`reserved {from} to {to};`") }
        });
        let is_used = |name: &&String| used.iter().any(|(_, used)| used == *name);
        let names = self.names.difference(&new.names).filter(|name| !is_used(name));
        numbers.chain(names.map(|name| format!("`reserved \"{name}\";`"))).collect()
    }
}
