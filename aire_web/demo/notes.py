"""What Larkmoor's people handed over to each other in writing."""

from __future__ import annotations

from core import clock
from core.actor import Actor, Via
from oncall.handoff.services import write_note
from oncall.selectors import on_call_now

NOTES = {
    "assistants-primary": "The provider announced a new minor version for tonight. If answers "
    "change in tone, look at **model version** first: we roll back by switching the alias.\n\n"
    "The retrieval index is rebuilt on Sunday at 04:00; the alert about its age is expected.",
}


def write_notes() -> None:
    """By whoever is on call: the newest note of their schedule."""
    for found in on_call_now(at=clock.now(), slugs=list(NOTES)):
        if found.duty is None:
            continue
        author = found.duty.user
        write_note(
            schedule=found.schedule,
            text=NOTES[found.schedule.slug],
            author=author,
            actor=Actor(label=str(author), via=Via.WEB, user_id=author.pk),
        )
