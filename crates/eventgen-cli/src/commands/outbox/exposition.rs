//! Metrics of an outbox in Prometheus' text format.

use std::time::Duration;

use eventgen_outbox::OutboxStatus;

use crate::exposition::Page;

/// The state of a table. `None` if the database has not answered.
pub(super) fn metrics(table: &str, status: Option<&OutboxStatus>, took: Duration) -> String {
    let mut page = Page::default();
    let mut gauge = |name, help, value: f64| page.metric(name, help).series(&[("table", &table)], value);
    let flag = |is: bool| f64::from(u8::from(is));
    gauge("eventgen_outbox_up", "Whether the database answered the last time", flag(status.is_some()));
    let help = "How long the database was asked the last time";
    gauge("eventgen_outbox_sample_duration_seconds", help, took.as_secs_f64());
    if let Some(status) = status {
        #[expect(clippy::cast_precision_loss, reason = "samples of Prometheus are floating-point numbers")]
        let number = |number: u64| number as f64;
        gauge("eventgen_outbox_waiting", "Rows that are not published yet", number(status.waiting));
        let help = "The age of the oldest row that is not published yet";
        gauge("eventgen_outbox_oldest_seconds", help, status.oldest.as_secs_f64());
        gauge("eventgen_outbox_parked", "Rows that cannot be published", number(status.parked));
        gauge("eventgen_outbox_relay", "Whether a relay works", flag(status.relay.is_some()));
    }
    page.into_text()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_database_that_does_not_answer_has_no_rows() {
        let page = metrics("orders.outbox", None, Duration::from_millis(1_500));
        let series: Vec<&str> = page.lines().filter(|line| !line.starts_with('#')).collect();
        assert_eq!(
            series,
            [
                "eventgen_outbox_up{table=\"orders.outbox\"} 0",
                "eventgen_outbox_sample_duration_seconds{table=\"orders.outbox\"} 1.5",
            ]
        );
    }
}
