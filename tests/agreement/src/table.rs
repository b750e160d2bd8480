//! The answers to all entries, side by side, and what is wrong with them.

use std::collections::BTreeMap;
use std::fmt::Write as _;

/// Listed differences: reasons by the names of columns.
pub type Differences = BTreeMap<String, String>;

/// How the reason of a difference begins that is a fault, not on purpose.
pub const FAULT: &str = "to be fixed: ";

/// An answer to one entry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Answer {
    /// What is compared: `yes`, `no`, or a word that the column explains.
    pub word: &'static str,
    /// Why, on one line.
    pub reason: String,
}

impl Answer {
    /// The answer `yes`.
    pub fn yes() -> Self {
        Self { word: "yes", reason: String::new() }
    }

    /// The answer `no`.
    pub fn no(reason: &str) -> Self {
        Self::new("no", reason)
    }

    /// An answer in another word.
    pub fn new(word: &'static str, reason: &str) -> Self {
        Self { word, reason: reason.split_whitespace().collect::<Vec<_>>().join(" ") }
    }

    /// `yes`, or `no` with the error.
    pub fn of<T, E: ToString>(result: Result<T, E>) -> Self {
        result.map_or_else(|error| Self::no(&error.to_string()), |_| Self::yes())
    }

    /// Whether the answer is `yes`.
    pub fn is_yes(&self) -> bool {
        self.word == "yes"
    }
}

/// What the answers of a column are compared with.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Expected {
    /// The answer of another column, which is an oracle.
    Column(&'static str),
    /// At least the answer of another column: `yes` where that is `yes`, otherwise anything.
    AtLeast(&'static str),
    /// `yes`, wherever there is an answer.
    Yes,
    /// Nothing: the column is an oracle.
    Oracle,
}

/// A column.
#[derive(Debug, Clone, Copy)]
pub struct Column {
    /// Its name, by which entries list differences.
    pub name: &'static str,
    /// What its answers must be.
    pub expected: Expected,
}

/// The answers to one entry.
#[derive(Debug)]
pub struct Row {
    /// The name of the entry.
    pub name: String,
    /// The differences that are listed: reasons by the names of columns.
    pub differs: Differences,
    /// The answers by the names of columns. A column that was not asked has none.
    pub answers: BTreeMap<&'static str, Answer>,
}

/// Prints all answers.
pub fn print(title: &str, columns: &[Column], rows: &[Row]) {
    let mut text = format!("\n{title:<64}");
    for column in columns {
        let _ = write!(text, " {:<9}", column.name);
    }
    for row in rows {
        let _ = write!(text, "\n{:<64}", row.name);
        for column in columns {
            let word = row.answers.get(column.name).map_or("-", |answer| answer.word);
            let mark = match row.differs.get(column.name) {
                Some(reason) if reason.starts_with(FAULT) => "!",
                Some(_) => "*",
                None => "",
            };
            let _ = write!(text, " {:<9}", format!("{word}{mark}"));
        }
    }
    let reasons = |is_fault| {
        let reasons = rows.iter().flat_map(|row| row.differs.values());
        reasons.filter(|reason| reason.starts_with(FAULT) == is_fault).count()
    };
    let (purposes, faults) = (reasons(false), reasons(true));
    println!(
        "{text}\n{} entries; {purposes} differences on purpose (*), {faults} to be fixed (!)",
        rows.len()
    );
}

/// Differences that are not listed, and listed ones that are gone.
pub fn violations(columns: &[Column], rows: &[Row]) -> Vec<String> {
    let mut violations = Vec::new();
    for row in rows {
        for name in row.differs.keys() {
            if !columns.iter().any(|column| column.name == name) {
                violations.push(format!("{}: there is no column `{name}`", row.name));
            }
        }
        for column in columns {
            let reason = row.differs.get(column.name);
            let difference = difference(column, row);
            match (difference, reason) {
                (Some(difference), None) => violations.push(format!("{}: {difference}", row.name)),
                (None, Some(reason)) => violations.push(format!(
                    "{}: `{}` no longer differs; remove the reason ({reason})",
                    row.name, column.name
                )),
                _ => {}
            }
        }
    }
    violations
}

fn difference(column: &Column, row: &Row) -> Option<String> {
    let answer = row.answers.get(column.name)?;
    let (by, expected) = match column.expected {
        Expected::Oracle => return None,
        Expected::Yes => ("this must be", Answer::yes()),
        Expected::AtLeast(name) if !row.answers.get(name)?.is_yes() => return None,
        Expected::Column(name) | Expected::AtLeast(name) => (name, row.answers.get(name)?.clone()),
    };
    let show = |answer: &Answer| match answer.reason.as_str() {
        "" => answer.word.to_owned(),
        reason => format!("{} ({reason})", answer.word),
    };
    (answer.word != expected.word)
        .then(|| format!("{}: {}; {by}: {}", column.name, show(answer), show(&expected)))
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: [Column; 4] = [
        Column { name: "ours", expected: Expected::Column("theirs") },
        Column { name: "code", expected: Expected::Yes },
        Column { name: "lenient", expected: Expected::AtLeast("theirs") },
        Column { name: "theirs", expected: Expected::Oracle },
    ];

    fn row(answers: &[(&'static str, Answer)], differs: &[&str]) -> Row {
        Row {
            name: "entry".to_owned(),
            differs: differs.iter().map(|name| ((*name).to_owned(), "on purpose".to_owned())).collect(),
            answers: answers.iter().cloned().collect(),
        }
    }

    #[test]
    fn an_unlisted_difference_is_a_violation() {
        let answers = [("ours", Answer::no("why\n so")), ("theirs", Answer::yes())];
        assert_eq!(violations(&COLUMNS, &[row(&answers, &[])]), ["entry: ours: no (why so); theirs: yes"]);
        assert_eq!(violations(&COLUMNS, &[row(&answers, &["ours"])]), [""; 0]);
    }

    #[test]
    fn a_listed_difference_that_is_gone_is_a_violation() {
        let answers = [("ours", Answer::yes()), ("theirs", Answer::yes())];
        let expected = "entry: `ours` no longer differs; remove the reason (on purpose)";
        assert_eq!(violations(&COLUMNS, &[row(&answers, &["ours"])]), [expected]);
        assert_eq!(violations(&COLUMNS, &[row(&answers, &["hours"])]), ["entry: there is no column `hours`"]);
    }

    #[test]
    fn a_lenient_column_accepts_what_the_oracle_accepts() {
        let answers = |theirs| [("lenient", Answer::no("")), ("theirs", theirs)];
        assert_eq!(
            violations(&COLUMNS, &[row(&answers(Answer::yes()), &[])]),
            ["entry: lenient: no; theirs: yes"]
        );
        assert_eq!(violations(&COLUMNS, &[row(&answers(Answer::no("")), &[])]), [""; 0]);
    }

    #[test]
    fn what_is_accepted_has_code() {
        let answers = [("ours", Answer::yes()), ("code", Answer::no("E0428")), ("theirs", Answer::yes())];
        assert_eq!(
            violations(&COLUMNS, &[row(&answers, &[])]),
            ["entry: code: no (E0428); this must be: yes"]
        );
    }
}
