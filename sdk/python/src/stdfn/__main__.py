"""`python -m stdfn MODULE:FUNCTION` serves a handler of a module.

Standard output is moved away before the module is imported, so that not even what it prints while it is imported can
reach the protocol (SEC-004). The module is looked up in the current folder first.
"""

from __future__ import annotations

import importlib
import sys

from .registries import EXIT_USAGE
from .serve import serve, stdio
from .stdio import say


def main(arguments: list[str]) -> None:
    """Serves the handler that the one argument names."""
    module, colon, attribute = arguments[0].partition(":") if len(arguments) == 1 else ("", "", "")
    if not (module and colon and attribute):
        say(f"python -m stdfn: the arguments are {arguments!r}; there is one, MODULE:FUNCTION, such as app:handler")
        sys.exit(EXIT_USAGE)
    stdio()
    sys.path.insert(0, "")
    sys.argv[0] = module
    try:
        handler = getattr(importlib.import_module(module), attribute)
    except (ImportError, AttributeError) as error:
        say(f"python -m stdfn: {arguments[0]} cannot be loaded: {error}")
        sys.exit(EXIT_USAGE)
    serve(handler)


main(sys.argv[1:])
