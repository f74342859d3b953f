"""A strict reader of JSON text (RFC 8259) that finds what Python's own reader lets pass.

Duplicate members, lone surrogates and too deep nesting keep the grammar of RFC 8259, so a session confines them to one
invocation; they are collected as flaws with their places, while text that breaks the grammar ends the reading.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass, field
from typing import Any, Final

_WS: Final = re.compile(r"[ \t\r\n]*")
_PLAIN: Final = re.compile(r'[^"\\\x00-\x1f]*')
_ESCAPED: Final = re.compile(r'(?:[^"\\\x00-\x1f]+|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*')
_CUT_ESCAPE: Final = re.compile(r"\\(?:u[0-9a-fA-F]{0,3})?\Z")
_ESCAPE: Final = re.compile(r"\\u([dD][89abAB][0-9a-fA-F]{2})\\u([dD][c-fC-F][0-9a-fA-F]{2})|\\u([0-9a-fA-F]{4})|\\(.)")
_SURROGATE: Final = re.compile("[\ud800-\udfff]")
_NUMBER: Final = re.compile(r"(-?(?:0|[1-9][0-9]*))(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_CUT_NUMBER: Final = re.compile(r"-|-?(?:0|[1-9][0-9]*)(?:\.|(?:\.[0-9]+)?[eE][+-]?)")
_LITERALS: Final = {"t": ("true", True), "f": ("false", False), "n": ("null", None)}
_NAMED: Final = {"b": "\b", "f": "\f", "n": "\n", "r": "\r", "t": "\t"}
_INTEGER_DIGITS: Final = 400
"""More digits than any integer that binary64 can hold has."""
_SPAN_DEPTH: Final = 3


class JsonSyntaxError(ValueError):
    """Text that is not valid by RFC 8259; `incomplete` if it is the beginning of a text that could be."""

    def __init__(self, what: str, at: int, incomplete: bool) -> None:
        super().__init__(f"{what} at character {at}")
        self.at = at
        self.incomplete = incomplete


@dataclass(frozen=True)
class Flaw:
    """What is valid by RFC 8259 and refused all the same: fault `name`, at character `at`."""

    name: str
    what: str
    at: int


class JsonObject(dict[str, Any]):
    """An object; `spans` holds where the values of its members begin and end, down to the third level."""

    __slots__ = ("spans",)

    def __init__(self) -> None:
        super().__init__()
        self.spans: dict[str, tuple[int, int]] = {}


@dataclass
class JsonText:
    """A text that was read: its value, and its flaws in the order of their places."""

    text: str
    value: Any
    flaws: list[Flaw] = field(default_factory=list)


def read_json(text: str, max_depth: int) -> JsonText:
    """Reads a whole JSON text. An integer is an `int`; any other number is a `float`, infinite if it overflows.

    :raises JsonSyntaxError: if the text is not valid by RFC 8259 (JSN-010)
    """
    return _Reader(text, max_depth).read()


class _Reader:
    def __init__(self, text: str, max_depth: int) -> None:
        self._text = text
        self._length = len(text)
        self._max_depth = max_depth
        self._result = JsonText(text, None)
        self._too_deep = False

    def read(self) -> JsonText:
        value, at = self._value(self._skip(0))
        at = self._skip(at)
        if at < self._length:
            raise JsonSyntaxError("text after the value", at, False)
        self._result.value = value
        return self._result

    def _skip(self, at: int) -> int:
        match = _WS.match(self._text, at)
        assert match is not None
        return match.end()

    def _fail(self, what: str, at: int) -> JsonSyntaxError:
        return JsonSyntaxError(what, at, at >= self._length)

    def _flaw(self, name: str, what: str, at: int) -> None:
        self._result.flaws.append(Flaw(name, what, at))

    def _value(self, at: int) -> tuple[Any, int]:
        """Reads one value, containers included, with a stack of its own: nesting is bounded by the text alone."""
        stack: list[tuple[JsonObject | list[Any], str, int]] = []
        text = self._text
        while True:
            start = at
            char = text[at : at + 1]
            container: JsonObject | list[Any] | None = None
            if char == "{":
                container = JsonObject()
                at = self._skip(at + 1)
                if text[at : at + 1] != "}":
                    self._enter(len(stack) + 1, start)
                    key, at = self._name(at)
                    stack.append((container, key, start))
                    continue
                at += 1
                self._enter(len(stack) + 1, start)
                value: Any = container
            elif char == "[":
                container = []
                at = self._skip(at + 1)
                self._enter(len(stack) + 1, start)
                if text[at : at + 1] != "]":
                    stack.append((container, "", start))
                    continue
                at += 1
                value = container
            else:
                value, at = self._scalar(at, char)
            while stack:
                parent, key, opened = stack[-1]
                if isinstance(parent, JsonObject):
                    if key in parent:
                        self._flaw("duplicate", f"member {key!r} stands twice in one object", start)
                    parent[key] = value
                    if len(stack) <= _SPAN_DEPTH:
                        parent.spans[key] = (start, at)
                at = self._skip(at)
                mark = text[at : at + 1]
                if isinstance(parent, JsonObject):
                    if mark == ",":
                        key, at = self._name(self._skip(at + 1))
                        stack[-1] = (parent, key, opened)
                        break
                    if mark != "}":
                        raise self._fail("a comma or } is expected", at)
                else:
                    parent.append(value)
                    if mark == ",":
                        at = self._skip(at + 1)
                        break
                    if mark != "]":
                        raise self._fail("a comma or ] is expected", at)
                at += 1
                stack.pop()
                value, start = parent, opened
            else:
                return value, at

    def _enter(self, depth: int, at: int) -> None:
        if depth > self._max_depth and not self._too_deep:
            self._too_deep = True
            self._flaw("malformed", "it nests deeper than 100 levels", at)

    def _name(self, at: int) -> tuple[str, int]:
        if self._text[at : at + 1] != '"':
            raise self._fail("a member's name in quotes is expected", at)
        name, at = self._string(at)
        at = self._skip(at)
        if self._text[at : at + 1] != ":":
            raise self._fail("a colon is expected", at)
        return name, self._skip(at + 1)

    def _scalar(self, at: int, char: str) -> tuple[Any, int]:
        if char == '"':
            return self._string(at)
        if char in _LITERALS and char != "":
            word, value = _LITERALS[char]
            written = self._text[at : at + len(word)]
            if written == word:
                return value, at + len(word)
            cut = at + len(written) == self._length and word.startswith(written)
            raise JsonSyntaxError("a value is expected", at, cut)
        return self._number(at)

    def _number(self, at: int) -> tuple[int | float, int]:
        match = _NUMBER.match(self._text, at)
        cut = _CUT_NUMBER.match(self._text, at)
        if cut is not None and cut.end() == self._length:
            raise JsonSyntaxError("the number is cut short", at, True)
        if match is None:
            raise self._fail("a value is expected", at)
        if match[2] is not None or match[3] is not None:
            return float(match[0]), match.end()
        if len(match[0]) > _INTEGER_DIGITS:
            return math.copysign(math.inf, -1 if match[0][0] == "-" else 1), match.end()
        return int(match[0]), match.end()

    def _string(self, at: int) -> tuple[str, int]:
        plain = _PLAIN.match(self._text, at + 1)
        assert plain is not None
        end = plain.end()
        if self._text[end : end + 1] == '"':
            return plain[0], end + 1
        escaped = _ESCAPED.match(self._text, at + 1)
        assert escaped is not None
        end = escaped.end()
        if self._text[end : end + 1] != '"':
            cut = end >= self._length or _CUT_ESCAPE.match(self._text, end) is not None
            raise JsonSyntaxError("the string does not end, or holds what has to be escaped", end, cut)
        value = _ESCAPE.sub(_unescape, escaped[0])
        if _SURROGATE.search(value) is not None:
            self._flaw("malformed", "an escape stands for half of a surrogate pair", at)
        return value, end + 1


def _unescape(match: re.Match[str]) -> str:
    high, low, unit, char = match.groups()
    if high is not None:
        return chr(0x10000 + ((int(high, 16) & 0x3FF) << 10) + (int(low, 16) & 0x3FF))
    if unit is not None:
        return chr(int(unit, 16))
    return _NAMED.get(char, char)
