"""The opinion of protoc and of Python's Protobuf on schemas and pairs of versions, one line of JSON for one question.

Usage: agreement.py FOLDER_OF_EVENTGEN_PROTO < QUESTIONS

["schema", {"path": "text", …}, ["include", …]]   {"error": "why protoc refuses the files" or null}
["pair", "writer", "reader", [["path", "text"], …]]
                                  {"error": …, "message": "full name", "changed": …, "values": [["hex", "hex", null], …]}

A value has the payload that the writer writes, the payload that the reader writes after reading it, and the error of reading.
"changed" names a field that both versions have and that has another value for the reader; null if there is none.
"""

import json
import os
import sys
import tempfile

import grpc_tools
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
from google.protobuf.descriptor import FieldDescriptor as Field
from grpc_tools import protoc

VALUES = 12
WELL_KNOWN = os.path.join(os.path.dirname(grpc_tools.__file__), "_proto")


def compile(files, include=()):
    """The descriptors of files and an error, one of them None. Those in include paths are not given."""
    with tempfile.TemporaryDirectory() as folder:
        for path, text in files.items():
            target = os.path.join(folder, "in", path)
            os.makedirs(os.path.dirname(target), exist_ok=True)
            with open(target, "w", encoding="utf-8", newline="") as file:
                file.write(text)
        out, printed = os.path.join(folder, "out"), os.path.join(folder, "printed")
        roots = [os.path.join(folder, "in", name) for name in include] + [os.path.join(folder, "in")]
        includes = ["-I" + root for root in [*roots, sys.argv[1], WELL_KNOWN]]
        files = [path for path in files if not any(path.startswith(name + "/") for name in include)]
        options = ["--include_imports", "--experimental_editions", "--descriptor_set_out=" + out]
        code = silenced(printed, lambda: protoc.main(["protoc", *includes, *options, *files]))
        if code != 0:
            with open(printed, encoding="utf-8", errors="replace") as file:
                lines = [line for line in file.read().splitlines() if "warning" not in line]
            return None, lines[0].replace(os.path.join(folder, "in", ""), "") if lines else "protoc failed"
        with open(out, "rb") as file:
            return descriptor_pb2.FileDescriptorSet.FromString(file.read()), None


def silenced(path, run):
    """Runs with the standard error of the process, protoc's C++ included, in a file."""
    sys.stderr.flush()
    before = os.dup(2)
    with open(path, "wb") as file:
        os.dup2(file.fileno(), 2)
        try:
            return run()
        finally:
            os.dup2(before, 2)
            os.close(before)


def message_class(descriptors):
    """The message `M` of the file in question, which comes after its imports; the first one if there is no `M`."""
    pool = descriptor_pool.DescriptorPool()
    for file in descriptors.file:
        pool.Add(file)
    last = descriptors.file[-1]
    names = [message.name for message in last.message_type]
    name = ".".join(filter(None, [last.package, "M" if "M" in names else names[0]]))
    return message_factory.GetMessageClass(pool.FindMessageTypeByName(name))


INTEGERS = {Field.TYPE_INT32, Field.TYPE_INT64, Field.TYPE_SINT32, Field.TYPE_SINT64, Field.TYPE_UINT32,
            Field.TYPE_UINT64, Field.TYPE_FIXED32, Field.TYPE_FIXED64, Field.TYPE_SFIXED32, Field.TYPE_SFIXED64}


class Values:
    """Ordinary values. Oneofs and enums take turns, so that every member is there."""

    def __init__(self, turn):
        self.turn = turn

    def next(self):
        self.turn += 1
        return self.turn

    def fill(self, message, depth):
        for oneof in message.DESCRIPTOR.oneofs:
            self.field(message, oneof.fields[self.next() % len(oneof.fields)], depth)
        for field in message.DESCRIPTOR.fields:
            if field.containing_oneof is None:
                self.field(message, field, depth)
        return message

    def field(self, message, field, depth):
        entry = field.message_type
        if entry is not None and entry.GetOptions().map_entry:
            key, value = entry.fields_by_name["key"], entry.fields_by_name["value"]
            if value.message_type is None:
                getattr(message, field.name)[self.scalar(key)] = self.scalar(value)
            elif depth < 2:
                self.fill(getattr(message, field.name)[self.scalar(key)], depth + 1)
        elif entry is not None:
            if depth < 2 or field.is_required:
                target = getattr(message, field.name)
                self.fill(target.add() if field.is_repeated else target, depth + 1)
                if not field.is_repeated:
                    target.SetInParent()
        elif field.is_repeated:
            getattr(message, field.name).extend(self.scalar(field) for _ in range(2))
        else:
            setattr(message, field.name, self.scalar(field))

    def scalar(self, field):
        turn = self.next()
        if field.enum_type is not None:
            values = field.enum_type.values
            return values[turn % len(values)].number
        if field.type in INTEGERS:
            return turn * 1009
        if field.type == Field.TYPE_BOOL:
            return turn % 2 == 0
        if field.type == Field.TYPE_STRING:
            return f"text {turn}"
        if field.type == Field.TYPE_BYTES:
            return b"\xfe bytes %d" % turn
        return turn * 0.25


def changed(writer, reader, path=""):
    """The first field that both have and whose values differ."""
    known = {field.number: field for field in reader.DESCRIPTOR.fields}
    for field, value in writer.ListFields():
        other = known.get(field.number)
        if other is None:
            continue
        here = f"{path}.{field.name}".lstrip(".")
        if is_map(field) != is_map(other):
            return here
        if is_map(field):
            theirs = getattr(reader, other.name)
            for key in value:
                if not same_type(key, next(iter(theirs), None)) or key not in theirs:
                    return here
                difference = compare(value[key], theirs[key], here)
                if difference:
                    return difference
            continue
        ours = list(value) if field.is_repeated else [value]
        theirs = getattr(reader, other.name)
        theirs = list(theirs) if other.is_repeated else [theirs]
        if not other.is_repeated:
            ours = ours[-1:]
        if len(ours) != len(theirs):
            return here
        for one, two in zip(ours, theirs):
            difference = compare(one, two, here)
            if difference:
                return difference
    return None


def is_map(field):
    return field.message_type is not None and field.message_type.GetOptions().map_entry


def same_type(one, two):
    return isinstance(one, str) == isinstance(two, str)


def compare(one, two, path):
    if hasattr(one, "ListFields") != hasattr(two, "ListFields"):
        return path
    if hasattr(one, "ListFields"):
        return changed(one, two, path)
    one, two = (value.encode() if isinstance(value, str) else value for value in (one, two))
    return None if one == two and isinstance(one, bytes) == isinstance(two, bytes) else path


def pair(writer_text, reader_text, references):
    answers = []
    for text in (writer_text, reader_text):
        descriptors, error = compile({**dict(references), "schema.proto": text})
        if error:
            return {"error": error}
        answers.append(message_class(descriptors))
    writer, reader = answers
    values, difference = [], None
    for turn in range(VALUES):
        value = Values(turn).fill(writer(), 0)
        payload = value.SerializeToString(deterministic=True)
        try:
            read = reader.FromString(payload)
            difference = difference or changed(value, read)
            read.DiscardUnknownFields()
            values.append([payload.hex(), read.SerializeToString(deterministic=True).hex(), None])
        except Exception as error:
            difference = difference or str(error)
            values.append([payload.hex(), None, str(error)])
    return {"error": None, "message": reader.DESCRIPTOR.full_name, "changed": difference, "values": values}


for line in sys.stdin:
    question = json.loads(line)
    answer = {"error": compile(*question[1:])[1]} if question[0] == "schema" else pair(*question[1:])
    print(json.dumps(answer), flush=True)
