"""Confluent's Python client at the embedded registry: values of eventgen are read, written again, and checked.

Reads one JSON object from stdin:
    registry     the address
    descriptors  a google.protobuf.FileDescriptorSet in base64
    avro         the topic and a value of eventgen ({"topic", "value", "headers"}, in base64)
    protobuf     the same, and the full name of the message
Prints one JSON object: for each format what was read, and the values that Python's serialisers wrote, in the frame and with
the schema in a header; and what `test_compatibility` said.
"""

import base64
import json
import sys

from confluent_kafka.schema_registry import (
    ConfigCompatibilityLevel,
    Schema,
    SchemaRegistryClient,
    ServerConfig,
    dual_schema_id_deserializer,
    header_schema_id_serializer,
)
from confluent_kafka.schema_registry.avro import AvroDeserializer, AvroSerializer
from confluent_kafka.schema_registry.protobuf import ProtobufDeserializer, ProtobufSerializer
from confluent_kafka.serialization import MessageField, SerializationContext
from google.protobuf import descriptor_pb2, descriptor_pool, json_format, message_factory


def decoded(given):
    headers = [(name, base64.b64decode(value)) for name, value in given["headers"]]
    return base64.b64decode(given["value"]), SerializationContext(given["topic"], MessageField.VALUE, headers)


def encoded(serialize, value, topic):
    context = SerializationContext(topic, MessageField.VALUE, [])
    written = serialize(value, context)
    headers = [[name, base64.b64encode(value).decode()] for name, value in context.headers]
    return {"value": base64.b64encode(written).decode(), "headers": headers}


def in_both_forms(serializer, value, topic, settings):
    framed = serializer({**settings})
    in_header = serializer({**settings, "schema.id.serializer": header_schema_id_serializer})
    return [encoded(framed, value, topic), encoded(in_header, value, topic)]


def avro(registry, given):
    topic = given["topic"]
    dual = {"schema.id.deserializer": dual_schema_id_deserializer}
    read = [AvroDeserializer(registry, conf=dual)(*decoded(one)) for one in given["values"]]
    written = []
    text = registry.get_latest_version(f"{topic}-value").schema.schema_str
    for settings in [{"auto.register.schemas": True}, {"auto.register.schemas": False, "use.latest.version": True}]:
        written += in_both_forms(lambda conf: AvroSerializer(registry, text, conf=conf), read[0], topic, settings)
    return {"read": read, "written": written}


def protobuf(registry, given, descriptors):
    pool = descriptor_pool.DescriptorPool()
    for file in descriptors.file:
        pool.Add(file)
    message = message_factory.GetMessageClass(pool.FindMessageTypeByName(given["name"]))
    settings = {"use.deprecated.format": False}
    dual = {**settings, "schema.id.deserializer": dual_schema_id_deserializer}
    values = [ProtobufDeserializer(message, dual, registry)(*decoded(one)) for one in given["values"]]
    read = [json_format.MessageToDict(value, preserving_proto_field_name=True) for value in values]
    written = in_both_forms(lambda conf: ProtobufSerializer(message, registry, conf), values[0], given["topic"], settings)
    return {"read": read, "written": written}


def compatibility(registry):
    def schema(*fields):
        return Schema(json.dumps({"type": "record", "name": "A", "fields": list(fields)}), "AVRO")

    ident, number = {"name": "id", "type": "string"}, {"name": "n", "type": "int"}
    subject = "python.compatibility-value"
    registry.set_config(subject, ServerConfig(compatibility=ConfigCompatibilityLevel.NONE))
    first = registry.register_schema(subject, schema(ident))
    registry.register_schema(subject, schema(ident, number))
    registry.set_config(subject, ServerConfig(compatibility=ConfigCompatibilityLevel.BACKWARD))
    new = schema(ident, {**number, "type": "long"})
    said = {
        "latest": registry.test_compatibility(subject, new),
        "first, verbose": registry.test_compatibility(subject, new, 1, verbose=True),
        "second, normalized": registry.test_compatibility(subject, new, 2, normalize=True, verbose=True),
        "all": registry.test_compatibility_all_versions(subject, new, verbose=True),
        "invalid, verbose": registry.test_compatibility(subject, Schema("{", "AVRO"), verbose=True),
        "unknown subject": registry.test_compatibility("python.unknown-value", new),
        "level": registry.get_config(subject).compatibility_level.value,
        "versions": registry.get_versions(subject),
        "looked up": registry.lookup_schema(subject, schema(ident)).version,
        "found by id": [entry.subject for entry in registry.get_schema_versions(first)],
    }
    registry.delete_version(subject, 1)
    registry.delete_version(subject, 1, permanent=True)
    said["left"] = registry.get_versions(subject)
    registry.delete_subject(subject)
    said["deleted"] = registry.delete_subject(subject, permanent=True)
    return said


def main():
    given = json.load(sys.stdin)
    registry = SchemaRegistryClient({"url": given["registry"], "timeout": 10})
    descriptors = descriptor_pb2.FileDescriptorSet.FromString(base64.b64decode(given["descriptors"]))
    answer = {
        "avro": avro(registry, given["avro"]),
        "protobuf": protobuf(registry, given["protobuf"], descriptors),
        "compatibility": compatibility(registry),
    }
    print(json.dumps(answer, default=str))


main()
