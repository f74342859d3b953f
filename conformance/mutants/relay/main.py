#!/usr/bin/env python3
"""The relay in Python, which can be told to be wrong in one way: `main.py [--mutant=NAME] FOLDER`."""

import importlib
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
KIT = HERE.parents[1]
sys.path[:0] = [str(HERE), str(KIT / "candidates" / "python-runtime"), str(KIT.parent / "sdk" / "python" / "src")]

from stdfn_relay.main import main  # noqa: E402
from wrong import become  # noqa: E402

PREFIX = "--mutant="

arguments = sys.argv[1:]
if arguments[:1] and arguments[0].startswith(PREFIX):
    for module in sorted(HERE.glob("*.py")):
        if module.stem not in ("main", "wrong"):
            importlib.import_module(module.stem)
    become(arguments.pop(0)[len(PREFIX) :])
main(arguments)
