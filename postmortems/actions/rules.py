"""What a follow-up must have, when it is due and who is reminded when. Pure; no database.

Sources: PagerDuty's postmortem guide (actions of a Sev-1 within 15 days, of a Sev-2 within 30),
Google's SRE workbook on postmortem action items (owner, priority, verifiable end).
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Protocol

OPEN = ("open", "in_progress")
"""Statuses in which somebody still owes it."""

QUALITY_CLASSES = frozenset(
    {
        "data",
        "drift",
        "training",
        "evaluation",
        "prompt",
        "retrieval",
        "generation",
        "agent",
        "responsible",
    }
)
"""Classes of causes that show in what a system answers, not in whether it answers."""

MEASURES = ("evaluation", "sli")
"""What proves that a quality failure would be noticed the next time."""

DUE_DAYS = {"sev1": 15, "sev2": 30, "sev3": 60, "sev4": 90}
FIRST_NUDGE = timedelta(days=14)
NEXT_NUDGE = timedelta(days=7)
MANAGER_FROM = 4
"""From the fourth reminder on (five weeks) the owner's manager is told, too."""
OVERDUE_GRACE = timedelta(days=7)
"""An action that is late by more than this is the manager's business at the next reminder."""
REQUIRED_SEVERITIES = ("sev1", "sev2")


class Owed(Protocol):
    """What the rules look at of an action."""

    type: str
    cause: str
    required: bool
    done_criterion: str
    proof_kind: str
    proof: str


def is_quality_failure(cause: str) -> bool:
    """By the slug of the cause: `drift.covariate` is one, `serving.capacity` is not."""
    return cause.partition(".")[0] in QUALITY_CLASSES


def needs_measure(kind: str, cause: str) -> bool:
    """A detecting action about a quality failure is done when something measures it."""
    return kind == "detect" and is_quality_failure(cause)


def not_done_because(action: Owed) -> str | None:
    """Why it cannot be called done yet, in a sentence that says what to do; None when it can."""
    measured = action.proof_kind in MEASURES and bool(action.proof.strip())
    if needs_measure(action.type, action.cause) and not measured:
        return (
            "This action detects a quality failure: link the evaluation case or the SLI that "
            "would notice it, then mark it done."
        )
    if action.required and not action.done_criterion.strip():
        return "It is required and has no done-criterion: write what shows that it is done."
    return None


def default_due(severity: str, today: date) -> date:
    return today + timedelta(days=DUE_DAYS.get(severity, DUE_DAYS["sev4"]))


def is_required(*, kind: str, cause: str, confidence: str, severity: str, drill: bool) -> bool:
    """Which proposals a severe incident must answer: take up, or decline with a reason.

    Of a confirmed cause what prevents it; of a quality failure that is at least likely, what
    detects it."""
    if drill or severity not in REQUIRED_SEVERITIES:
        return False
    if kind == "prevent":
        return confidence == "confirmed"
    return needs_measure(kind, cause) and confidence in ("confirmed", "likely")


def first_nudge_at(created: datetime) -> datetime:
    return created + FIRST_NUDGE


def tells_manager(*, number: int, due_on: date | None, today: date) -> bool:
    """Whether the reminder of this number (1 is the first) goes to the manager as well."""
    late = due_on is not None and today - due_on > OVERDUE_GRACE
    return late or number >= MANAGER_FROM


def days_open(created: datetime, until: datetime) -> int:
    return max((until - created).days, 0)
