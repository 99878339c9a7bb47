"""Which model answered, as a sender's telemetry says it. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Answered:
    """`count` answers of one delivery that `served` gave when `requested` was asked for ("" when
    that is not said), the last of them at `at`. `about` are the sender's words for the system, the
    best one first. Texts are the sender's: hostile, and at most 1,000 characters."""

    about: tuple[str, ...]
    requested: str
    served: str
    at: datetime
    count: int
