//! Which records are shown, and for which of them that cannot be decided.

use eventgen_admin::values::{DecodedValue, Value, ValueError};
use eventgen_admin::{KeyComparison, Problem, Record};

use super::values::{Decoded, Values};
use crate::arguments;
use crate::count::count;
use crate::failure::Failure;

/// The conditions of a command line.
pub(super) struct Filter {
    key: Option<String>,
    /// The paths of fields with what they have to hold.
    conditions: Vec<(Vec<String>, String)>,
    /// Records whose key was not compared, and why not the first.
    keys: Undecided,
    /// Records whose value was not looked into, and why not the first.
    values: Undecided,
    /// Why what is asked for is not a value of the schema of a key.
    unfit: Option<Problem>,
}

#[derive(Default)]
struct Undecided {
    records: usize,
    first: Option<ValueError>,
}

impl Filter {
    pub(super) fn of(arguments: &arguments::Tail) -> Self {
        let path = |path: &str| path.split('.').map(str::to_owned).collect();
        let conditions = arguments.conditions.iter();
        Self {
            key: arguments.key.clone(),
            conditions: conditions.map(|(field, value)| (path(field), value.clone())).collect(),
            keys: Undecided::default(),
            values: Undecided::default(),
            unfit: None,
        }
    }

    /// Whether the key of a record is the one that is asked for.
    ///
    /// # Errors
    /// The registry does not answer: there is no way to tell which records are asked for.
    pub(super) fn takes(&mut self, record: &Record, values: &mut Values) -> Result<bool, Failure> {
        let Some(wanted) = &self.key else { return Ok(true) };
        match values.compare_key(record, wanted) {
            Ok(KeyComparison::Equal) => Ok(true),
            Ok(KeyComparison::Unfit(problem)) => {
                self.unfit.get_or_insert(problem);
                Ok(false)
            }
            Ok(_) => Ok(false),
            Err(error) => self.keys.add(error, record, "key"),
        }
    }

    /// Whether a value has all that is asked for. Without a value there is nothing to have it.
    ///
    /// # Errors
    /// As [`takes`](Self::takes).
    pub(super) fn takes_value(&mut self, record: &Record, value: &Decoded) -> Result<bool, Failure> {
        match value {
            _ if self.conditions.is_empty() => Ok(true),
            Decoded::Value(DecodedValue { value, .. }) => {
                Ok(self.conditions.iter().all(|(path, wanted)| holds(value, path, wanted)))
            }
            Decoded::Tombstone => Ok(false),
            Decoded::Undecoded(error) => self.values.add(error.clone(), record, "value"),
        }
    }

    /// What could not be decided, and, where nothing was found, what is asked for in vain.
    pub(super) fn remarks(&self, has_found: bool) -> Vec<String> {
        let undecided = [(&self.keys, "key", "--key"), (&self.values, "value", "--where")];
        let undecided = undecided.into_iter().filter_map(|(undecided, what, option)| {
            let reason = undecided.first.as_ref()?.to_string();
            let (records, is) =
                (count(undecided.records, "record"), if undecided.records == 1 { "was" } else { "were" });
            Some(format!(
                "warning: {records} {is} not compared with {option}, because the {what} is not decoded: {}",
                reason.escape_debug()
            ))
        });
        let unfit = self.unfit.as_ref().filter(|_| !has_found).map(|problem| {
            let problem = problem.to_string();
            format!(
                "warning: --key is no value of the schema of a key that was read: {}",
                problem.escape_debug()
            )
        });
        undecided.chain(unfit).collect()
    }

    /// Whether there is a record for which nothing could be decided.
    pub(super) fn is_undecided(&self) -> bool {
        self.keys.records + self.values.records > 0
    }
}

impl Undecided {
    /// Counts a record, which is not shown.
    ///
    /// # Errors
    /// The registry does not answer.
    fn add(&mut self, error: ValueError, record: &Record, what: &'static str) -> Result<bool, Failure> {
        if let ValueError::Registry { .. } = error {
            let (partition, offset, reason) = (record.partition, record.offset, error.to_string());
            return Err(Failure::Undecided { what, partition, offset, reason });
        }
        self.records += 1;
        self.first.get_or_insert(error);
        Ok(false)
    }
}

/// Whether a field holds something; of a list, whether one of its items does.
fn holds(value: &Value, path: &[String], wanted: &str) -> bool {
    match (value, path.split_first()) {
        (Value::Branch(_, value), _) => holds(value, path, wanted),
        (Value::List(items), _) => items.iter().any(|item| holds(item, path, wanted)),
        (Value::Map(fields), Some((first, rest))) => {
            fields.iter().any(|(name, value)| name == first && holds(value, rest, wanted))
        }
        (Value::Map(_), None) | (_, Some(_)) => false,
        (Value::Null, None) => wanted == "null",
        (Value::Text(text), None) => text == wanted,
        // Numbers, booleans and bytes as they are shown.
        (value, None) => serde_json::to_string(value).is_ok_and(|shown| shown.trim_matches('"') == wanted),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn conditions_look_into_records_and_lists() {
        let text = |text: &str| Value::Text(text.to_owned());
        let map = |name: &str, value: Value| Value::Map(vec![(name.to_owned(), value)]);
        let lines = Value::List(vec![map("sku", text("a")), map("sku", text("b"))]);
        let value = map("order", map("lines", lines));
        let takes = |path: &str, wanted: &str| {
            let path: Vec<String> = path.split('.').map(str::to_owned).collect();
            holds(&value, &path, wanted)
        };
        assert!(takes("order.lines.sku", "b"));
        assert!(!takes("order.lines.sku", "c"));
        assert!(!takes("order.lines", "b"));
        assert!(!takes("lines", "b"));
        let branch = |value: Value| Value::Branch("Card".to_owned(), Box::new(value));
        let paid = map("payment", branch(map("number", branch(text("1")))));
        assert!(holds(&paid, &["payment".to_owned(), "number".to_owned()], "1"));
        assert!(!holds(&paid, &["payment".to_owned(), "Card".to_owned(), "number".to_owned()], "1"));
        assert!(holds(&Value::Integer(-3), &[], "-3"));
        assert!(holds(&Value::Boolean(true), &[], "true"));
        assert!(holds(&Value::Null, &[], "null"));
        assert!(holds(&Value::Bytes(vec![1]), &[], "0x01"));
    }
}
