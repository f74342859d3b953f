#!/usr/bin/env python3
"""The relay in Python, which can be told to be wrong in one way: `main.py [--mutant=NAME] FOLDER`.

`main.py --mutants` names the ways. With `MUTANTS_ASKED` in the environment, the names of those that could have changed
anything are written to the file of that name.
"""

import importlib
import os
import pathlib
import sys

HERE = pathlib.Path(__file__).resolve().parent
KIT = HERE.parents[1]
sys.path[:0] = [str(HERE), str(KIT / "candidates" / "python-runtime"), str(KIT.parent / "sdk" / "python" / "src")]

from stdfn_relay.main import main  # noqa: E402
from wrong import become, names, note_asked  # noqa: E402

PREFIX = "--mutant="


def read_changes(about: str) -> None:
    """Imports the modules in which a text stands."""
    for module in sorted(HERE.glob("*.py")):
        if module.stem not in ("main", "wrong") and about in module.read_text():
            importlib.import_module(module.stem)


arguments = sys.argv[1:]
if arguments == ["--mutants"]:
    read_changes("")
    print("\n".join(names()))
    sys.exit()
if arguments[:1] and arguments[0].startswith(PREFIX):
    name = arguments.pop(0)[len(PREFIX) :]
    read_changes(f'"{name}"')
    become(name)
elif "MUTANTS_ASKED" in os.environ:
    read_changes("")
    note_asked(os.environ["MUTANTS_ASKED"])
main(arguments)
