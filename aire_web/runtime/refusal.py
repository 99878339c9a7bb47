"""The one error a person reads: why AIRE does not start, and what they can do. No logic here."""


class Refusal(Exception):
    """Its text is printed as it is, without a traceback, and the exit code is 1."""
