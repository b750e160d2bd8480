"""Reads a topic with Confluent's client and its Protobuf deserialiser, and its schemas from the registry.

Usage: read_protobuf.py BOOTSTRAP_SERVERS REGISTRY_URL TOPIC COUNT < FILE_DESCRIPTOR_SET
The message of a record is the one that its header `event-type` names. Prints one JSON object for each of COUNT records; a
record that does not decode has an "error" in the place of a "value".
"""

import io
import json
import sys
import time

from confluent_kafka import Consumer
from confluent_kafka.schema_registry import SchemaRegistryClient
from confluent_kafka.schema_registry.protobuf import ProtobufDeserializer
from confluent_kafka.serialization import MessageField, SerializationContext
from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory


def message_class(descriptors, name):
    pool = descriptor_pool.DescriptorPool()
    for file in descriptors.file:
        pool.Add(file)
    return message_factory.GetMessageClass(pool.FindMessageTypeByName(name))


def varint(data):
    """A zigzag varint."""
    number, shift = 0, 0
    while True:
        byte = data.read(1)[0]
        number |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return (number >> 1) ^ -(number & 1)


def message_indexes(value):
    data = io.BytesIO(value[5:])
    return [varint(data) for _ in range(varint(data))] or [0]


def main():
    bootstrap_servers, registry_url, topic, count = sys.argv[1:]
    descriptors = descriptor_pb2.FileDescriptorSet.FromString(sys.stdin.buffer.read())
    registry = SchemaRegistryClient({"url": registry_url, "timeout": 10})
    deserializers, schemas = {}, {}
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
        name = dict(record.headers() or []).get("event-type", b"").decode()
        line = {"partition": record.partition(), "offset": record.offset(), "key": record.key().decode(), "type": name}
        try:
            if name not in deserializers:
                deserializers[name] = ProtobufDeserializer(message_class(descriptors, name), {"use.deprecated.format": False})
            message = deserializers[name](record.value(), SerializationContext(topic, MessageField.VALUE))
            line["value"] = json_format.MessageToDict(message, preserving_proto_field_name=True)
            line["message_indexes"] = message_indexes(record.value())
            schema_id = int.from_bytes(record.value()[1:5], "big")
            if schema_id not in schemas:
                schema = registry.get_schema(schema_id)
                references = [[reference.name, reference.version] for reference in schema.references or []]
                schemas[schema_id] = {"type": schema.schema_type, "references": references, "text": schema.schema_str}
            line["schema"] = schemas[schema_id]
        except Exception as error:
            line["error"] = str(error)
        print(json.dumps(line, default=str))
    consumer.close()


main()
