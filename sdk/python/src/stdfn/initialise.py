"""What a function does before it is ready (SES-011)."""

from __future__ import annotations

import inspect
import traceback

from .function_error import FunctionError
from .settings import Settings
from .stdio import say


async def initialise(settings: Settings) -> None:
    """Runs the function's own initialisation, if it has any.

    :raises FunctionError: why the function cannot serve; `internal` for whatever was not given a code
    """
    if settings.init is None:
        return
    try:
        done = settings.init()
        if inspect.isawaitable(done):
            await done
    except FunctionError:
        raise
    except Exception as error:
        say("".join(traceback.format_exception(type(error), error, error.__traceback__)))
        raise FunctionError("internal", f"the function cannot initialise: {type(error).__name__}: {error}") from error
