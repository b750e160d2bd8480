//! Evaluates the files in which members record what they handle: every record, and each key in order.

use std::fmt;
use std::fs;
use std::path::Path;
use std::str::FromStr;

use real_tests::backlog::CUSTOMERS;

/// What all members together did with a backlog.
#[derive(Debug, Default)]
pub(crate) struct Handled {
    /// Handlings, repeated ones included.
    pub(crate) total: usize,
    /// Handlings of what had been handled before: a member was killed or paused before it could commit.
    pub(crate) duplicates: usize,
    /// Records that nobody handled.
    pub(crate) lost: Vec<Place>,
    /// Records first handled after a later record of the same key was.
    pub(crate) reordered: Vec<Place>,
}

/// A record of a backlog: its customer and which of the customer's it is, and where it is if any of its key was seen.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Place {
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
    /// Reads all files of a folder, as the program `member` writes them, over a backlog of `records`.
    ///
    /// A record that several members handled counts as handled when the first of them was done, by the clock of the
    /// machine that they share.
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
                    this.reordered.push(Place { customer, sequence, partition: of.partition });
                }
                None => {}
            }
            of.offsets[sequence] = Some(offset);
            of.next = of.next.max(sequence + 1);
        }
        for (customer, of) in customers.iter().enumerate() {
            let lost = of.offsets.iter().enumerate().filter(|(_, offset)| offset.is_none());
            this.lost.extend(lost.map(|(sequence, _)| Place { customer, sequence, partition: of.partition }));
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
