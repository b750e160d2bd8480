//! Random records of other clients, among events.

use std::sync::Arc;
use std::time::{Duration, Instant};

use eventgen::{EncodedRecord, Headers, Producer, wire};
use tokio::task::JoinSet;

use crate::Failure;
use crate::feed::Mix;
use crate::history::{Key, Line, Writer, now};
use crate::random::Random;
use crate::stream::com::example::chaos::Chaos;
use crate::trial::Trial;

/// The largest value that is written: what a client accepts by default, without its overhead.
const LARGEST: u64 = 990_000;

/// Writes records with any bytes in keys, values, header names and header values.
pub(super) async fn foreign(trial: &mut Trial) -> Result<(), Failure> {
    // Their schema ids stay unknown, and there are more of them than events.
    let arguments = ["--grace=500", "--without-breaker"].map(str::to_owned);
    trial.members.consuming.arguments.extend(arguments);
    trial.begin(2, Mix::default()).await?;
    let id = trial.client.register::<Chaos>().await?[0];
    let producer = Arc::new(Producer::<Chaos>::new(&trial.client).await?);
    let history = Arc::new(Writer::open(&trial.producer_file(1))?);
    let (topic, _) = trial.topics();
    let mut random = Random::new(trial.random.number(), "foreign");
    let (begun, mut number, mut sending) = (Instant::now(), 0_u32, JoinSet::new());
    let interval = trial.size.lasting / trial.size.records;
    while !trial.is_over(begun) {
        let record = record(&mut random, topic, id);
        let (producer, history) = (Arc::clone(&producer), Arc::clone(&history));
        let (key, sequence) = (Key { producer: 1, number }, 0);
        sending.spawn(async move {
            let receipt = producer.send_encoded(&record).await.map_err(|error| error.to_string())?;
            let (time, partition, offset) = (now(), receipt.partition, receipt.offset);
            let line = Line::Acknowledged { time, key, sequence, partition, offset };
            history.write(&line).map_err(|error| error.to_string())
        });
        number += 1;
        while sending.len() > 100 {
            sending.join_next().await.ok_or("nothing is sent")???;
        }
        tokio::time::sleep((interval * number).saturating_sub(begun.elapsed())).await;
        if number.is_multiple_of(100) {
            trial.wait(Duration::from_millis(1)).await?;
        }
    }
    while let Some(sent) = sending.join_next().await {
        sent??;
    }
    trial.notes.push(format!("{number} foreign records"));
    Ok(())
}

/// A record that is no event.
fn record(random: &mut Random, topic: &str, id: eventgen::registry::SchemaId) -> EncodedRecord {
    let any = |random: &mut Random, most: u64| {
        let count = random.below(0..most);
        random.bytes(usize::try_from(count).unwrap_or_default())
    };
    let key = match random.below(0..4) {
        0 => None,
        1 => Some(Vec::new()),
        2 => Some(any(random, 200)),
        _ => Some(format!("customer-{}", random.below(0..50)).into_bytes()),
    };
    let value = match random.below(0..11) {
        0 => None,
        1 => Some(Vec::new()),
        2 => Some(any(random, 300)),
        3 => Some(br#"{"orderId":"17","amount":"12.50"}"#.to_vec()),
        // The frame without a payload, and with one that ends too early.
        4 => Some(framed(id, &[])),
        5 => Some(framed(id, &[0x80, 0x80])),
        // An id that the registry does not know; few of them, because each is asked for.
        6 => Some([&[0, 0x7f, 0xff, 0xff, random.one_of(&[1, 2, 3, 4])][..], &any(random, 50)].concat()),
        // AWS Glue's frame, an Avro file, the frame of a GUID.
        7 => Some([&[3, 0][..], &random.bytes(16), &any(random, 50)].concat()),
        8 => Some([&b"Obj\x01"[..], &any(random, 100)].concat()),
        9 => Some([&[1][..], &random.bytes(16), &any(random, 50)].concat()),
        _ if random.below(0..20) == 0 => Some(any(random, LARGEST)),
        _ => Some(any(random, 5_000)),
    };
    let mut headers = Headers::new();
    for _ in 0..random.below(0..6) {
        // librdkafka cuts a name at its first zero byte.
        let name: Vec<u8> = any(random, 20).into_iter().filter(|byte| *byte != 0).collect();
        let header = (random.below(0..4) > 0).then(|| any(random, 200));
        headers.append(&name, header);
    }
    EncodedRecord::new(topic, key, headers, value)
}

fn framed(id: eventgen::registry::SchemaId, payload: &[u8]) -> Vec<u8> {
    let mut value = Vec::new();
    wire::frame(id, &mut value);
    value.extend(payload);
    value
}
