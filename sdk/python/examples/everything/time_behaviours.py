"""Behaviours that are about time, cancel and concurrency."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from typing import Any

from parameters import Parameters
from results import json_result

from stdfn import Cancelled, Context, Event, Result

_meeting = threading.Condition()
_meetings: dict[str, set[object]] = {}


def sleep(parameters: Parameters, context: Context) -> Result:
    ms = parameters.integer("ms")
    end = time.monotonic() + ms / 1000
    while (left := end - time.monotonic()) > 0:
        context.sleep(min(left, 86_400))
    return json_result({"slept_ms": ms})


def ignore_cancel(parameters: Parameters, _: Context) -> Result:
    ms = parameters.integer("ms")
    end = time.monotonic() + ms / 1000
    while (left := end - time.monotonic()) > 0:
        time.sleep(min(left, 86_400))
    return json_result({"slept_ms": ms})


def await_cancel(_: Event, context: Context) -> Result:
    context.wait_cancelled()
    return json_result({"reason": context.reason})


def spin(parameters: Parameters, _: Context) -> Result:
    ms = parameters.integer("ms")
    end = time.monotonic() + ms / 1000
    while time.monotonic() < end:
        pass
    return json_result({"spun_ms": ms})


def meet(parameters: Parameters, context: Context) -> Result:
    name, count = parameters.text("name"), parameters.integer("count", least=1)
    me = object()
    # Those who meet are waiting at the same time; the set outlives them, so that each one sees that it was enough.
    with _meeting:
        here = _meetings.setdefault(name, set())
        here.add(me)
        if len(here) >= count:
            _meetings.pop(name)
        _meeting.notify_all()
    forget = context.on_cancelled(_wake)
    with _meeting:
        _meeting.wait_for(lambda: len(here) >= count or context.cancelled)
        if len(here) < count:
            here.discard(me)
            raise Cancelled(context.reason)
    forget()
    return json_result({"met": count})


def _wake() -> None:
    with _meeting:
        _meeting.notify_all()


WITHOUT: dict[str, Callable[[Event, Context], Any]] = {
    "await-cancel": await_cancel,
}
WITH: dict[str, Callable[[Parameters, Context], Any]] = {
    "sleep": sleep,
    "ignore-cancel": ignore_cancel,
    "spin": spin,
    "meet": meet,
}
