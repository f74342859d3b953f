"""JSON text by RFC 8785, of I-JSON values only (model, "Data")."""

from __future__ import annotations

import json
import math
from typing import Any

from .function_error import FunctionError


def canonical_json(value: Any) -> str:
    """The text of a JSON value by RFC 8785.

    :raises FunctionError: `invalid_argument` for a number that is no I-JSON number (MOD-031, MOD-032), text that holds
        half of a surrogate pair, a name that is no string, and whatever JSON does not have
    """
    parts: list[str] = []
    _write(value, parts, 0)
    return "".join(parts)


def is_i_json(value: Any) -> bool:
    """Tells whether a value that was read is no `null`, nests at most 99 levels and holds I-JSON numbers only."""
    if value is None:
        return False
    try:
        canonical_json(value)
    except FunctionError:
        return False
    return True


def number_text(value: int | float) -> str:
    """A number as RFC 8785 writes it.

    :raises FunctionError: `invalid_argument` if it is no I-JSON number
    """
    if isinstance(value, int):
        return _integer_text(value)
    if not math.isfinite(value):
        raise _refusal(f"the number {value!r} does not fit IEEE 754 binary64")
    return _float_text(value)


def _write(value: Any, parts: list[str], depth: int) -> None:
    if value is None or isinstance(value, bool):
        parts.append("null" if value is None else "true" if value else "false")
    elif isinstance(value, str):
        parts.append(_string_text(value))
    elif isinstance(value, (int, float)):
        parts.append(number_text(value))
    elif isinstance(value, (dict, list, tuple)):
        if depth >= 99:
            raise _refusal("it nests more than 99 levels deep")
        if isinstance(value, dict):
            _write_object(value, parts, depth)
        else:
            _write_array(value, parts, depth)
    else:
        raise _refusal(f"JSON has no value for a {type(value).__name__}, {value!r:.100}")


def _write_object(value: dict[Any, Any], parts: list[str], depth: int) -> None:
    for name in value:
        if not isinstance(name, str):
            raise _refusal(f"the name of a member is a string, not {name!r:.100}")
    mark = "{"
    for name in sorted(value, key=_utf16):
        parts += (mark, _string_text(name), ":")
        _write(value[name], parts, depth + 1)
        mark = ","
    parts.append("}" if mark == "," else "{}")


def _write_array(value: list[Any] | tuple[Any, ...], parts: list[str], depth: int) -> None:
    mark = "["
    for item in value:
        parts.append(mark)
        _write(item, parts, depth + 1)
        mark = ","
    parts.append("]" if mark == "," else "[]")


def _utf16(name: str) -> bytes:
    return name.encode("utf-16-be", "surrogatepass")


def _string_text(value: str) -> str:
    if any("\ud800" <= char <= "\udfff" for char in value) if not value.isascii() else False:
        raise _refusal("a text holds half of a surrogate pair")
    # Python writes U+007F as it is, and so does RFC 8785; control characters are escaped alike.
    return json.dumps(value, ensure_ascii=False)


def _integer_text(value: int) -> str:
    try:
        text = _float_text(float(value))
    except OverflowError:
        text = ""
    if text != str(int(value)) if len(text) < 400 else True:
        raise _refusal(f"the integer {value if abs(value) < 10**40 else 'of many digits'} cannot be kept by binary64")
    return text


def _float_text(value: float) -> str:
    """ECMAScript's Number::toString of a finite number: the shortest digits, as Python finds them too."""
    if value == 0:
        return "0"
    sign = "-" if value < 0 else ""
    mantissa, _, exponent = f"{abs(value)!r}".partition("e")
    whole, _, fraction = mantissa.partition(".")
    fraction = "" if fraction == "0" else fraction
    digits = whole + fraction
    point = len(whole) + int(exponent or 0)
    stripped = digits.lstrip("0")
    point -= len(digits) - len(stripped)
    digits = stripped.rstrip("0")
    count = len(digits)
    if count <= point <= 21:
        return sign + digits + "0" * (point - count)
    if 0 < point <= 21:
        return f"{sign}{digits[:point]}.{digits[point:]}"
    if -6 < point <= 0:
        return f"{sign}0.{'0' * -point}{digits}"
    power = f"e{'+' if point > 0 else '-'}{abs(point - 1)}"
    return sign + digits[0] + (f".{digits[1:]}" if count > 1 else "") + power


def _refusal(what: str) -> FunctionError:
    return FunctionError(
        "invalid_argument",
        f"this value cannot be written as I-JSON: {what}; send it as text or bytes, or a number as a string",
    )
