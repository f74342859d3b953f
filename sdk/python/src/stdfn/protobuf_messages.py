"""The message classes of the official `protobuf` package, made from the descriptors of the schema files."""

from __future__ import annotations

from importlib import resources
from typing import Any, Final

from google.protobuf import any_pb2, descriptor_pb2, descriptor_pool, message_factory, timestamp_pb2

_FILES: Final = ("io/cloudevents/v1/cloudevents.proto", "stdfn/v1/stdfn.proto")


def _classes() -> dict[str, Any]:
    pool = descriptor_pool.DescriptorPool()
    for known in (any_pb2, timestamp_pb2):
        pool.AddSerializedFile(known.DESCRIPTOR.serialized_pb)
    data = resources.files(__package__).joinpath("descriptors.binpb").read_bytes()
    files = descriptor_pb2.FileDescriptorSet.FromString(data).file
    assert tuple(file.name for file in files) == _FILES
    for file in files:
        pool.Add(file) if hasattr(pool, "Add") else pool.AddSerializedFile(file.SerializeToString())
    frame = pool.FindMessageTypeByName("stdfn.v1.Frame")
    return {
        field.name: message_factory.GetMessageClass(field.message_type)
        for field in frame.fields
        if field.message_type is not None
    }


MESSAGES: Final[dict[str, Any]] = _classes()
"""The class of each kind of record and control member."""
