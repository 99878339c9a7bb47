"""What this room tells the rooms above. `subject_key` is whatever they gave it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import ClassVar

from core.outbox import Event


@dataclass(frozen=True, slots=True)
class PageCreated(Event):
    """Somebody (or a channel) is being paged. Rounds and steps count from 0; `step_label` is for
    people; `at` is an ISO 8601 time; in `shadow` it is only recorded."""

    name: ClassVar[str] = "oncall.page_created"

    subject_key: str
    page_id: str
    who: str
    user_id: int | None
    because: str
    round: int
    step: int
    step_label: str
    is_fallback: bool
    at: str = ""
    shadow: bool = False


@dataclass(frozen=True, slots=True)
class NobodyToPage(Event):
    """A step, or one of its people, could not be reached; `reason` says why, and what happens."""

    name: ClassVar[str] = "oncall.nobody_to_page"

    subject_key: str
    reason: str
    key: str


@dataclass(frozen=True, slots=True)
class AcknowledgementTimedOut(Event):
    """Whoever acknowledged did not say within `seconds` that they are still on it, and it goes
    on: the room that keeps the subject takes the acknowledgement back."""

    name: ClassVar[str] = "oncall.acknowledgement_timed_out"

    subject_key: str
    escalation_id: str
    seconds: int


@dataclass(frozen=True, slots=True)
class EscalationExhausted(Event):
    """Every step of every round was done and nobody acknowledged."""

    name: ClassVar[str] = "oncall.escalation_exhausted"

    subject_key: str
    escalation_id: str
    policy: str
