"""Reads a topic with Confluent's client and its Avro deserialiser through the registry.

Usage: read_values.py BOOTSTRAP_SERVERS REGISTRY_URL TOPIC COUNT
Prints one JSON object for each of COUNT records; a record that does not decode has an "error" in the place of a "value".
"""

import json
import sys
import time

from confluent_kafka import Consumer
from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.schema_registry.avro import AvroDeserializer
from confluent_kafka.serialization import MessageField, SerializationContext


def main():
    bootstrap_servers, registry_url, topic, count = sys.argv[1:]
    registry = SchemaRegistryClient({"url": registry_url, "timeout": 10})
    deserialize = AvroDeserializer(registry)
    consumer = Consumer(
        {
            "bootstrap.servers": bootstrap_servers,
            "group.id": f"oracle-{time.time_ns()}",
            "auto.offset.reset": "earliest",
            "enable.auto.commit": False,
        }
    )
    consumer.subscribe([topic])
    deadline = time.monotonic() + 120
    read = 0
    while read < int(count):
        if time.monotonic() > deadline:
            sys.exit(f"only {read} of {count} records within 120 s")
        record = consumer.poll(1.0)
        if record is None:
            continue
        if record.error():
            sys.exit(str(record.error()))
        read += 1
        line = {"partition": record.partition(), "offset": record.offset(), "key": record.key().decode()}
        try:
            line["value"] = deserialize(record.value(), SerializationContext(topic, MessageField.VALUE))
        except Exception as error:
            line["error"] = str(error)
        print(json.dumps(line, default=str))
    consumer.close()


main()
