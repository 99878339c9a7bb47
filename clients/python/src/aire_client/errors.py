"""What can go wrong with a call, said so that the reader knows what to do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any


class AireError(Exception):
    """Nothing was sent, or AIRE said no. `str()` is one sentence; no key is ever part of it."""


class Unreachable(AireError):
    """No answer, or "not now", until the tries or the time were used up. Trying later may help.
    AIRE may have taken the call all the same when its answer was lost."""


class Refused(AireError):
    """AIRE's problem detail (RFC 9457). Trying the same again does not help.

    `status` is the HTTP status, `type` the problem's URN (`urn:aire:problem:invalid`), `detail`
    its sentence, `errors` the sentences by field (`measurements.0.good`).
    """

    def __init__(
        self,
        status: int,
        detail: str,
        *,
        type: str = "about:blank",  # noqa: A002 - the member's name in RFC 9457
        errors: Mapping[str, Sequence[str]] | None = None,
    ) -> None:
        fields = [f"{name}: {' '.join(lines)}" for name, lines in (errors or {}).items()]
        # A field that the sentence names already is not said twice.
        more = "; ".join(field for field in fields[:3] if field not in detail)
        super().__init__(f"AIRE answered {status}: {detail}{f' ({more})' if more else ''}")
        self.status = status
        self.detail = detail
        self.type = type
        self.errors: Mapping[str, Sequence[str]] = errors or {}

    @classmethod
    def of(cls, status: int, body: Mapping[str, Any]) -> Refused:
        """From the body of an answer, whatever it holds."""
        found = body.get("errors")
        errors = {
            str(name): [str(line) for line in (lines if isinstance(lines, list) else [lines])]
            for name, lines in (found.items() if isinstance(found, Mapping) else ())
        }
        detail = str(body.get("detail") or body.get("title") or "no reason given")
        return cls(status, detail, type=str(body.get("type", "about:blank")), errors=errors)
