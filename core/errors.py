"""What can go wrong in a service, in words that a person or a client can act on."""

from __future__ import annotations

from collections.abc import Mapping, Sequence


class AireError(Exception):
    """Base of all expected errors. `message` is a plain sentence shown to people."""

    def __init__(self, message: str) -> None:
        super().__init__(message)
        self.message = message


class NotFound(AireError):
    """It does not exist, or the asker may not know that it does."""


class Forbidden(AireError):
    """The asker may see it but not do this."""


class Conflict(AireError):
    """The present state does not allow it. `allowed` names what the state does allow."""

    def __init__(self, message: str, *, allowed: Sequence[str] = ()) -> None:
        super().__init__(message)
        self.allowed = list(allowed)


class Invalid(AireError):
    """The input is wrong. `errors` maps a field to its sentences."""

    def __init__(self, message: str, *, errors: Mapping[str, Sequence[str]] | None = None) -> None:
        super().__init__(message)
        self.errors = {field: list(lines) for field, lines in (errors or {}).items()}


class Unavailable(AireError):
    """It cannot be done right now; trying again after `retry_after` seconds can help."""

    def __init__(self, message: str, *, retry_after: int) -> None:
        super().__init__(message)
        self.retry_after = retry_after
