"""Writes src/stdfn/descriptors.binpb from the schema files with protoc; with --check proves that it is fresh."""

import pathlib
import subprocess
import sys
import tempfile

HERE = pathlib.Path(__file__).resolve().parent
SCHEMAS = HERE.parents[2] / "schemas" / "proto"
TARGET = HERE.parent / "src" / "stdfn" / "descriptors.binpb"
FILES = ("io/cloudevents/v1/cloudevents.proto", "stdfn/v1/stdfn.proto")


def descriptors() -> bytes:
    """The descriptor set of the two schema files; the well-known types come from the protobuf package."""
    with tempfile.TemporaryDirectory() as folder:
        out = pathlib.Path(folder, "descriptors.binpb")
        command = ["protoc", f"--proto_path={SCHEMAS}", f"--descriptor_set_out={out}", *FILES]
        subprocess.run(command, check=True)
        return out.read_bytes()


def main(arguments: list[str]) -> int:
    if arguments not in ([], ["--check"]):
        print(f"generate_descriptors.py: unknown argument in {arguments}; it takes --check or nothing", file=sys.stderr)
        return 64
    fresh = descriptors()
    if arguments == []:
        TARGET.write_bytes(fresh)
    elif not TARGET.exists() or TARGET.read_bytes() != fresh:
        print(f"{TARGET.name} is stale: run sdk/python/scripts/generate_descriptors.py", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
