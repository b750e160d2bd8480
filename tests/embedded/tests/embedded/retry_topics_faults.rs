//! Retry topics with wrong clocks, wrong contracts and wrong hands at work.

use eventgen::{Consumer, Headers, TopicEvents as _};
use eventgen_testkit::{records, send_with_headers};
use orders::sample::order;

use crate::logs;
use crate::retry_topics::{Delayed, Remembering, accepts, by_customer, prepared};
use crate::support::{TOPIC, send};

#[tokio::test]
async fn a_record_with_the_time_of_a_wrong_clock_holds_nothing_back_for_longer_than_its_delay() {
    const GROUP: &str = "wrong-clock";
    logs::keep();
    let (_cluster, client) = prepared(&[GROUP]).await;
    send(&client, (1..=3).map(|number| order(number, "ada"))).await;
    let value = records(&client, TOPIC).await.expect("records").remove(0).value.expect("a value");
    let mut headers = Headers::new();
    headers.set("__retry.due", i64::MAX);
    for _ in 0..2 {
        let delays = Delayed::TOPIC.retry_topics(GROUP).remove(1);
        send_with_headers(&client, &delays, b"ada", &value, &headers).await.expect("written");
    }
    let handler = Remembering::<Delayed>::new(|_, _| Ok(()));
    let consumer = Consumer::new(&client, GROUP).subscribe(handler.clone());
    consumer.run_until(handler.until(accepts(5))).await.expect("no error");
    let orders = by_customer(&handler.accepted()).remove("ada").expect("orders");
    assert_eq!(orders.iter().filter(|order| *order == "order-000001").count(), 3);
    let lines = logs::lines(GROUP, "states that it is due later than its delay allows");
    assert_eq!(lines.len(), 1, "{lines:?}");
}
