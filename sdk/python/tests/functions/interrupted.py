"""A function that is interrupted while it reads: a `!` of the input is an exception, as a handler of signals throws it.

It reads one byte at a time, so that what stands before the `!` is served first.
"""

import os

from stdfn import Event, serve

read = os.read


def read_or_break(descriptor: int, _count: int) -> bytes:
    byte = read(descriptor, 1)
    if byte == b"!":
        raise RuntimeError("broken as asked")
    return byte


async def handler(event: Event) -> None:
    return None


os.read = read_or_break

if __name__ == "__main__":
    serve((lambda event: None) if os.environ.get("PLAIN") else handler, name="interrupted")
