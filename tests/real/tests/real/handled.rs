//! Evaluates the files of the members: whether every record was handled, and the records of each key in order.

use std::fmt;
use std::fs;
use std::path::Path;
use std::str::FromStr;

use real_tests::backlog::CUSTOMERS;

/// What all members of a group did with a backlog.
#[derive(Debug, Default)]
pub(crate) struct Handled {
    /// The number of lines, including those of records that were handled again.
    pub(crate) total: usize,
    /// The number of lines of records that had been handled before. A member was killed or paused before it could commit.
    pub(crate) duplicates: usize,
    /// Records that no member handled.
    pub(crate) lost: Vec<Position>,
    /// Records that were first handled after a later record of the same key.
    pub(crate) reordered: Vec<Position>,
}

/// A record of a backlog: its customer, its sequence number among those of the customer, and its partition if any record of
/// the customer was handled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Position {
    customer: usize,
    sequence: usize,
    partition: Option<i32>,
}

struct Line {
    time: u128,
    customer: usize,
    sequence: usize,
    partition: i32,
    offset: i64,
}

impl Handled {
    /// Reads the files that the program `member` has written to a folder, for a backlog of `records` records.
    ///
    /// A record that several members handled counts from the time at which the first of them handled it. All members run on
    /// one machine and share its clock.
    pub(crate) fn read(folder: &Path, records: usize) -> Self {
        let mut lines = Vec::new();
        for entry in fs::read_dir(folder).expect("the folder of the members") {
            let text = fs::read_to_string(entry.expect("an entry").path()).expect("a member's file");
            lines.extend(text.lines().map(parse));
        }
        lines.sort_by_key(|line| line.time);
        let per_customer = records / CUSTOMERS;
        let mut customers: Vec<Customer> = (0..CUSTOMERS)
            .map(|_| Customer { offsets: vec![None; per_customer], ..Customer::default() })
            .collect();
        let mut this = Self { total: lines.len(), ..Self::default() };
        for line in lines {
            let Line { customer, sequence, partition, offset, .. } = line;
            let of = &mut customers[customer];
            assert_eq!(*of.partition.get_or_insert(partition), partition, "customer {customer}");
            match of.offsets[sequence] {
                Some(first) => {
                    assert_eq!(first, offset, "customer {customer} has event {sequence} twice");
                    this.duplicates += 1;
                }
                None if sequence < of.next => {
                    this.reordered.push(Position { customer, sequence, partition: of.partition });
                }
                None => {}
            }
            of.offsets[sequence] = Some(offset);
            of.next = of.next.max(sequence + 1);
        }
        for (customer, of) in customers.iter().enumerate() {
            let lost = of.offsets.iter().enumerate().filter(|(_, offset)| offset.is_none());
            this.lost.extend(lost.map(|(sequence, _)| Position {
                customer,
                sequence,
                partition: of.partition,
            }));
        }
        this
    }
}

/// The events of one customer.
#[derive(Debug, Default)]
struct Customer {
    partition: Option<i32>,
    /// The offset of each event that was handled.
    offsets: Vec<Option<i64>>,
    /// The offset after the last event that was handled.
    next: usize,
}

fn number<T: FromStr>(text: &str) -> T {
    text.parse().unwrap_or_else(|_| panic!("not a number: {text}"))
}

fn parse(line: &str) -> Line {
    let mut parts = line.split(' ');
    let mut next = || parts.next().unwrap_or_else(|| panic!("too few columns: {line}"));
    Line {
        time: number(next()),
        customer: number(next()),
        sequence: number(next()),
        partition: number(next()),
        offset: number(next()),
    }
}

impl fmt::Display for Handled {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { total, duplicates, lost, reordered } = self;
        write!(
            f,
            "handled {total}, duplicates {duplicates}, lost {}, reordered {}",
            lost.len(),
            reordered.len()
        )
    }
}
