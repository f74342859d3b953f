"""Which members one frame may hold, whatever its format."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from .faults import BodyFault

_OF_SESSION: Final = frozenset({"hello", "ready", "drain"})
_OF_INVOCATION: Final = frozenset({"cancel", "credit"})


def check_frame_members(id: int, records: Sequence[str], controls: Sequence[str]) -> None:
    """Checks which members a frame holds (MOD-015, MOD-016, MOD-017), and for which id (SES-093).

    :raises BodyFault: `order`
    """
    if controls and len(records) + len(controls) > 1:
        raise BodyFault("order", f"{controls[0]} stands alone in its frame (MOD-016)")
    if "event" in records and ("stream" in records or "chunk" in records):
        raise BodyFault("order", "a frame holds an event, or a stream or chunk, not both (MOD-015)")
    if "error" in records and "end" in records:
        raise BodyFault("order", "a frame holds error or end, not both (MOD-015)")
    if id == 0 and any(kind != "error" for kind in records):
        raise BodyFault("order", "a frame with id 0 holds no record but error (MOD-017)")
    if controls and controls[0] in _OF_SESSION and id != 0:
        raise BodyFault("order", f"{controls[0]} concerns the session and has id 0, not {id} (SES-093)", confined=False)
    if controls and controls[0] in _OF_INVOCATION and id == 0:
        raise BodyFault("order", f"{controls[0]} concerns an invocation, which has no id 0 (SES-093)", confined=False)
