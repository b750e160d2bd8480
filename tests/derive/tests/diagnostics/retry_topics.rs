use eventgen::KafkaEvent;

#[derive(KafkaEvent)]
#[kafka(topic = "orders.v1", key = id, retry(mode = topics), consumers(group = "billing"))]
struct WithoutDelays {
    id: String,
}

#[derive(KafkaEvent)]
#[kafka(topic = "orders.v1", key = id, retry(delays = ["10s"]))]
struct WithoutTopics {
    id: String,
}

#[derive(KafkaEvent)]
#[kafka(topic = "orders.v1", key = id, retry(mode = topics, delays = ["10s", "1s", "soon"]))]
struct NoDuration {
    id: String,
}

#[derive(KafkaEvent)]
#[kafka(topic = "orders.v1", key = id, retry(mode = topics, delays = ["10s", "1s"]))]
struct WithoutGroups {
    id: String,
}

fn main() {}
