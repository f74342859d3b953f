"""The everything function: one program with the behaviours by which a library is judged.

Each behaviour is chosen by the type of an event, `dev.stdfn.everything.` and its name; its data holds the parameters.
"""

from __future__ import annotations

import time
from typing import Any

import data_behaviours
import failure_behaviours
import process_behaviours
import time_behaviours
from command_line import command_line
from data_behaviours import echo
from parameters import read_parameters
from process_behaviours import count, prepare_break
from results import PREFIX

from stdfn import Context, Event, FunctionError, serve

WITHOUT = {**data_behaviours.WITHOUT, **time_behaviours.WITHOUT, **process_behaviours.WITHOUT}
WITH = {
    **data_behaviours.WITH,
    **failure_behaviours.WITH,
    **time_behaviours.WITH,
    **process_behaviours.WITH,
}


def handler(event: Event, context: Context) -> Any:
    """Answers one event (EVF-002, EVF-003)."""
    count(event)
    if event.type == "dev.stdfn.filter.input":
        return echo(event, context)
    name = event.type.removeprefix(PREFIX)
    if event.type.startswith(PREFIX) and name in WITHOUT:
        return WITHOUT[name](event, context)
    if event.type.startswith(PREFIX) and name in WITH:
        return WITH[name](read_parameters(name, event), context)
    raise FunctionError("unimplemented", f"there is no behaviour for the type {event.type!r}", effect="none")


def main() -> None:
    parser = command_line()
    options = parser.parse_args()

    def initialise() -> None:
        if options.init_print is not None:
            print(options.init_print)
        time.sleep(options.init_delay / 1000)
        if options.init_fail is not None:
            raise FunctionError(options.init_fail, "failed to initialise as asked")

    prepare_break()
    try:
        serve(
            handler,
            init=initialise,
            name="everything",
            version="0.1.0",
            concurrency=options.concurrency,
            modes=options.modes,
            formats=options.formats,
            credit=options.credit,
            max_record=options.max_record,
        )
    except ValueError as error:
        parser.error(str(error))


if __name__ == "__main__":
    main()
