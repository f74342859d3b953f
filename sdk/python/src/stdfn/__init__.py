"""Write a Stdfn function in Python: the same program answers filter, pipe, session and describe.

from stdfn import serve

serve(lambda event: f"Hello, {event.text()}!")
"""

from .context import Context, current_context
from .event import Event
from .event_body import Data, canonical_string
from .function_error import Cancelled, FunctionError, InputFailed, ItemFailed
from .registries import CODES, DISPOSITIONS, EFFECTS, FORMATS, LEVELS, MODES
from .result import Result, Stream
from .serve import serve
from .version import __version__

__all__ = [
    "CODES",
    "DISPOSITIONS",
    "EFFECTS",
    "FORMATS",
    "LEVELS",
    "MODES",
    "Cancelled",
    "Context",
    "Data",
    "Event",
    "FunctionError",
    "InputFailed",
    "ItemFailed",
    "Result",
    "Stream",
    "__version__",
    "canonical_string",
    "current_context",
    "serve",
]
