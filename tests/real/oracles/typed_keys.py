"""Confluent's Python client writes keys that have schemas.

Reads one JSON object from stdin: the address of the registry and of the brokers, and topics. A topic has the schema of its keys,
for Protobuf as a descriptor in base64 with the name of the message, a strategy for their subject, the keys as JSON, and whether
records with them are written. Prints the keys of each topic in base64, as they are in records.
"""

import base64
import json
import sys

from confluent_kafka import Producer
from confluent_kafka.schema_registry import (
    SchemaRegistryClient,
    record_subject_name_strategy,
    topic_record_subject_name_strategy,
    topic_subject_name_strategy,
)
from confluent_kafka.schema_registry.avro import AvroSerializer
from confluent_kafka.schema_registry.protobuf import ProtobufSerializer
from confluent_kafka.serialization import MessageField, SerializationContext
from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory

STRATEGIES = {
    "TopicName": topic_subject_name_strategy,
    "RecordName": record_subject_name_strategy,
    "TopicRecordName": topic_record_subject_name_strategy,
}


def serializer(registry, topic):
    # The schema is looked up: the id is that of eventgen's only if both have the same schema.
    settings = {"auto.register.schemas": False, "subject.name.strategy": STRATEGIES[topic["strategy"]]}
    if "schema" in topic:
        return AvroSerializer(registry, topic["schema"], conf=settings)
    file = descriptor_pb2.FileDescriptorProto.FromString(base64.b64decode(topic["descriptor"]))
    file.name = "key.proto"
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    message = message_factory.GetMessageClass(pool.FindMessageTypeByName(topic["name"]))
    serialize = ProtobufSerializer(message, registry, {**settings, "use.deprecated.format": False})
    return lambda key, context: serialize(json_format.ParseDict(key, message()), context)


def main():
    given = json.load(sys.stdin)
    registry = SchemaRegistryClient({"url": given["registry"], "timeout": 10})
    producer = Producer({"bootstrap.servers": given["brokers"], "partitioner": "murmur2_random"})
    answer = []
    for topic in given["topics"]:
        serialize = serializer(registry, topic)
        context = SerializationContext(topic["topic"], MessageField.KEY, [])
        keys = [serialize(key, context) for key in topic["keys"]]
        if topic["is_written"]:
            for key in keys:
                producer.produce(topic["topic"], key=key, value=None)
        answer.append([base64.b64encode(key).decode() for key in keys])
    assert producer.flush(30) == 0
    print(json.dumps(answer))


main()
