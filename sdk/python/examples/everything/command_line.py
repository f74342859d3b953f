"""The arguments of the everything function (EVF-052, EVF-053)."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable
from typing import Any, NoReturn

from stdfn import CODES, FORMATS, MODES


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        print(f"everything: {message}\n{self.format_usage()}", file=sys.stderr)
        sys.exit(64)


def number(least: int, most: int = 4_294_967_295) -> Callable[[str], int]:
    def read(text: str) -> int:
        if not (text.isascii() and text.isdigit() and least <= int(text) <= most):
            raise argparse.ArgumentTypeError(f"{text!r} is no integer from {least} to {most}")
        return int(text)

    return read


def some_of(allowed: tuple[str, ...]) -> Callable[[str], list[Any]]:
    def read(text: str) -> list[Any]:
        chosen = text.split(",")
        if not set(chosen) <= set(allowed) or len(set(chosen)) < len(chosen):
            raise argparse.ArgumentTypeError(f"{text!r} is no list of {', '.join(allowed)}, each once")
        return chosen

    return read


def command_line() -> argparse.ArgumentParser:
    parser = _Parser(prog="everything", allow_abbrev=False, description="The everything function.")
    parser.add_argument("--modes", type=some_of(MODES), default=list(MODES))
    parser.add_argument("--formats", type=some_of(FORMATS), default=None)
    parser.add_argument("--concurrency", type=number(1), default=64)
    parser.add_argument("--credit", type=number(65_536), default=1_048_576)
    parser.add_argument("--max-record", type=number(1_048_576), default=1_048_576)
    parser.add_argument("--init-delay", type=number(0), default=0, metavar="MS")
    parser.add_argument("--init-fail", choices=CODES, metavar="CODE")
    parser.add_argument("--init-print", metavar="TEXT")
    return parser
