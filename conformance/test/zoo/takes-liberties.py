#!/usr/bin/env python3
"""The relay in Python, with everything that a peer may do besides: grease wherever it may stand (VER-011), and the
question what the function is, though its manifest says all that is needed.

If the host or the function leaves anything unanswered that was sent alone (SES-102), it does not exit with status 0.
"""

import pathlib
import re
import sys
from dataclasses import replace
from typing import Any

KIT = pathlib.Path(__file__).resolve().parents[2]
sys.path[:0] = [str(KIT / "candidates" / "python-runtime"), str(KIT.parent / "sdk" / "python" / "src")]

from stdfn_relay.deployment import Deployment  # noqa: E402
from stdfn_relay.describe import ask  # noqa: E402
from stdfn_relay.main import _Relay, main  # noqa: E402
from stdfn_relay.session_child import SessionChild  # noqa: E402
from stdfn_relay.upstream_session import UpstreamSession  # noqa: E402

FEATURE = "dev.stdfn.grease.x"
JSON = re.compile(rb'\{"frame":\{"id":([0-9]+)')

owed: set[tuple[object, int]] = set()


def varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        value |= (data[at] & 0x7F) << shift
        shift += 7
        at += 1
        if data[at - 1] < 0x80:
            return value, at


def id_of(data: bytes) -> int:
    """The id of a frame; 0 for what begins with a preface."""
    if data[:1] == b"z":
        return varint(data, varint(data, 1)[1] + 1)[0]
    found = JSON.match(data)
    return 0 if found is None else int(found[1])


def grease(to: object, name: str, id: int) -> bytes:
    """A frame with nothing but grease."""
    owed.add((to, id))
    if name == "json":
        return b'{"frame":{"id":%d,"grease-t":{}}}\n' % id
    rest = bytearray(b"\x08")
    while id > 0x7F:
        rest.append(id & 0x7F | 0x80)
        id >>= 7
    rest += bytes([id]) + b"\x82\x40\x02**"
    return bytes([0x7A, len(rest)]) + rest


write_above: Any = UpstreamSession.write_frame
write_below: Any = SessionChild.write
ready: Any = UpstreamSession._ready
hello: Any = Deployment.hello.fget  # type: ignore[attr-defined]
opened: set[tuple[object, int]] = set()


def above(session: Any, data: bytes, done: Any = None) -> None:
    id = id_of(data)
    if id in session._live:
        data = grease(session, session._format.name, id) + data
    elif b'"ready":' in data or b"dev.stdfn.grease" in data:
        data += grease(session, session._format.name, 0)
    write_above(session, data, done)


def below(child: Any, data: bytes, done: Any = None) -> None:
    id = id_of(data)
    if id in child._live and (child, id) not in opened:
        opened.add((child, id))
        data += grease(child, child.format.name, id)
    elif b"dev.stdfn.grease" in data:
        data += grease(child, child.format.name, 0)
    write_below(child, data, done)


def noting(owner: Any, method: str) -> None:
    original: Any = getattr(owner, method)

    def frame(self: Any, one: Any) -> None:
        if one.control is not None and one.control.kind == "unsupported":
            owed.discard((self, one.id))
        original(self, one)

    setattr(owner, method, frame)


def leave(session: Any, status: int, **named: Any) -> None:
    if owed and status == 0:
        sys.stderr.write(f"not answered: {sorted((type(to).__name__, id) for to, id in owed)}\n")
        status = 70
    exit_of_session(session, status, **named)


async def asking(relay: Any) -> Any:
    """Asks a program of the standard what it is, once it is known that it is to be started."""
    known = await deploy(relay)
    if known is None or known.description is not None or known.mode == "filter":
        return known
    description = await ask(known.manifest, known.guardian, known.stderr)
    return replace(known, description=description)


deploy: Any = _Relay._deploy
exit_of_session: Any = UpstreamSession._exit
changed: Any = {
    _Relay: {"_deploy": asking},
    UpstreamSession: {
        "write_frame": above,
        "_exit": leave,
        "_ready": lambda self, stated, features: ready(self, stated, [FEATURE, *features]),
    },
    SessionChild: {"write": below},
    Deployment: {
        "hello": property(lambda self: {**hello(self), "features": [*hello(self)["features"], FEATURE]}),
    },
}
for owner, methods in changed.items():
    for name, instead in methods.items():
        setattr(owner, name, instead)
for owner in (UpstreamSession, SessionChild):
    noting(owner, "_session_frame")
    noting(owner, "_invocation_frame")
main(sys.argv[1:])
