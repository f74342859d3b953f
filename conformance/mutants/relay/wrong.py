"""How the relay is made to do one thing wrong; its own code stays as it is."""

from __future__ import annotations

import functools
import os
import sys
from collections.abc import Callable
from typing import Any

_CHANGES: dict[str, list[Callable[[], None]]] = {}
_PLACES: dict[tuple[Any, str], list[tuple[str, Callable[..., Any]]]] = {}
_RESULTS: set[tuple[Any, str]] = set()
_CONSTANTS: list[str] = []


def mutant(name: str, owner: Any, attribute: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """Puts the decorated function in the place of a function or method of the relay.

    The function is given what it replaces, and then its arguments. One name may stand at several functions.

    :param owner: the class or module that holds what is replaced
    """

    def note(instead: Callable[..., Any]) -> Callable[..., Any]:
        _CHANGES.setdefault(name, []).append(lambda: _replace(owner, attribute, instead))
        _PLACES.setdefault((owner, attribute), []).append((name, instead))
        return instead

    return note


def constant(name: str, owner: Any, attribute: str, value: Any) -> None:
    """Gives a constant of a module of the relay another value."""
    _CHANGES.setdefault(name, []).append(lambda: _everywhere(owner, attribute, value))
    _CONSTANTS.append(name)


def only_results(owner: Any, *attributes: str) -> None:
    """Names functions that do nothing but return a result or raise, as often as they are called."""
    _RESULTS.update((owner, attribute) for attribute in attributes)


def names() -> list[str]:
    """Every mutant that was read."""
    return sorted(_CHANGES)


def become(name: str) -> None:
    """Makes the changes of a mutant."""
    if name not in _CHANGES:
        sys.exit(f"there is no mutant {name!r}; --mutants names them")
    for change in _CHANGES[name]:
        change()


def note_asked(path: str) -> None:
    """Writes down every mutant that could have changed anything, as soon as what it replaces is called.

    Where only the result of what it replaces counts, it must be another. A name stands in the file once or more often.
    Whether a constant is read cannot be seen, so that those are all named.
    """
    notes = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    _note(notes, _CONSTANTS)
    for place, wrongs in _PLACES.items():
        noting = _noting_results if place in _RESULTS else _noting_calls
        _replace(*place, noting(notes, list(wrongs)))


def _noting_calls(notes: int, left: list[tuple[str, Callable[..., Any]]]) -> Callable[..., Any]:
    def instead(original: Callable[..., Any], *given: Any, **named: Any) -> Any:
        _note(notes, [name for name, _ in left])
        left.clear()
        return original(*given, **named)

    return instead


def _noting_results(notes: int, left: list[tuple[str, Callable[..., Any]]]) -> Callable[..., Any]:
    def instead(original: Callable[..., Any], *given: Any, **named: Any) -> Any:
        right = _result(original, *given, **named)
        others = [one for one in left if _result(one[1], original, *given, **named) != right]
        _note(notes, [name for name, _ in others])
        left[:] = [one for one in left if one not in others]
        return original(*given, **named)

    return instead


def _result(function: Callable[..., Any], *given: Any, **named: Any) -> Any:
    try:
        return function(*given, **named)
    except Exception as error:
        return type(error), str(error), vars(error)


def _note(notes: int, asked: list[str]) -> None:
    # At once, for the relay may be killed.
    if asked:
        os.write(notes, "".join(f"{name}\n" for name in asked).encode())


def _replace(owner: Any, attribute: str, instead: Callable[..., Any]) -> None:
    original = getattr(owner, attribute)
    if isinstance(original, property):
        assert original.fget is not None
        setattr(owner, attribute, property(functools.partial(instead, original.fget)))
        return

    @functools.wraps(original)
    def wrong(*given: Any, **named: Any) -> Any:
        return instead(original, *given, **named)

    if isinstance(owner, type):
        setattr(owner, attribute, wrong)
    else:
        _everywhere(owner, attribute, wrong)


def _everywhere(owner: Any, attribute: str, value: Any) -> None:
    """Changes a name in its module and wherever it was imported from there."""
    original = getattr(owner, attribute)
    for module in list(sys.modules.values()):
        if module.__name__.split(".")[0] in ("stdfn", "stdfn_relay") and getattr(module, attribute, None) is original:
            setattr(module, attribute, value)
