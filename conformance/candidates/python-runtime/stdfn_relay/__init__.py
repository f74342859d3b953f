"""A Stdfn runtime that relays, written from the specification alone, with nothing but the standard library.

The reader of JSON lines and the rules of events are those of the Python SDK; the protobuf format and everything about
hosting and relaying are its own.
"""
