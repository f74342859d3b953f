"""Every golden vector, read and written by the relay's own Protocol Buffers format."""

from __future__ import annotations

import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
SDK = HERE.parents[3] / "sdk" / "python"
sys.path[:0] = [str(HERE.parent), str(SDK / "src"), str(SDK / "tests")]

from stdfn_relay import protobuf_format  # noqa: E402

# The library's tests of its formats are the relay's, with the relay's format in the place of the library's.
sys.modules["stdfn.protobuf_format"] = protobuf_format
from test_vectors import *  # noqa: E402, F403
