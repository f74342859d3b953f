"""Wrong ways to open invocations below."""

from __future__ import annotations

from typing import Any

from stdfn_relay.session_call import SessionCall
from stdfn_relay.session_child import SessionChild
from wrong import mutant


@mutant("context-not-forwarded", SessionCall, "_write")
def _(original: Any, call: SessionCall, piece: Any, *rest: Any) -> None:
    original(call, [carried for carried in piece if carried.record.kind != "context"], *rest)


@mutant("ids-repeated", SessionCall, "opened")
def _(original: Any, call: SessionCall, id: int) -> None:
    child: SessionChild = call._child
    child._live[1] = child._live.pop(id)
    original(call, 1)
