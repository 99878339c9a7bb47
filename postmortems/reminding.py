"""Sending reminders that are due: whoever claims one looks whether it is still wanted."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import transaction
from django.db.utils import InterfaceError, OperationalError

from accounts.models import Role, User
from core import clock
from core.leases import claim_due, finish
from core.logs import get_logger
from postmortems.models import Postmortem, Reminder, Review
from postmortems.services.reminders import AGAIN, plan_again
from postmortems.services.rows import tell_person

log = get_logger(__name__)
LEASE_SECONDS = 60
MAX_FAILURES = 5
GIVEN_UP_AFTER = timedelta(days=60)
"""So long after the date nobody is reminded any more; the lists go on saying that it is late."""
MAX_MANAGERS = 5

OVERDUE_SQL = """
    SELECT 'reminder', id::text, due_at, state::text, attempts::int FROM postmortems_reminder
     WHERE state = 'pending' AND due_at < now() - interval '2 minutes'"""


def remind_due(limit: int = 50) -> int:
    """Send the reminders that are due; answers how many were claimed."""
    claim = claim_due(
        Reminder, pending=Reminder.State.PENDING, limit=limit, lease_seconds=LEASE_SECONDS
    )
    for row in claim.rows:
        try:
            _remind(row, claim.token)
        except (InterfaceError, OperationalError):
            raise  # the database's trouble, not this reminder's: the lease brings it back
        except Exception:
            log.exception("reminder_failed", reminder=row.pk, attempts=row.attempts)
            if row.attempts >= MAX_FAILURES:
                finish(Reminder, pk=row.pk, token=claim.token, state=Reminder.State.DROPPED,
                       outcome="It failed too often; the log says why")  # fmt: skip
    return len(claim.rows)


@transaction.atomic
def _remind(row: Reminder, token: UUID) -> None:
    postmortem = (
        Postmortem.objects.select_for_update(of=("self",))
        .select_related("incident", "owner")
        .get(pk=row.postmortem_id)
    )
    row.postmortem = postmortem
    told = _tell(row, postmortem)
    state = Reminder.State.DONE if told else Reminder.State.DROPPED
    outcome = f"Told {told}" if told else "Not wanted any more"
    if not finish(Reminder, pk=row.pk, token=token, state=state, outcome=outcome[:200]):
        transaction.set_rollback(True)  # another took over: its work counts
        return
    if told and row.kind != "due_soon" and clock.now() < row.due_at + GIVEN_UP_AFTER:
        plan_again(row, max(clock.now(), row.due_at) + AGAIN)


def _tell(row: Reminder, postmortem: Postmortem) -> str:
    """Whom it told; "" where it is not wanted any more."""
    if postmortem.set_aside_at or postmortem.status == "published":
        return ""
    if row.kind == "review":
        return _tell_reviewer(row, postmortem)
    if postmortem.due_at is None:
        return ""
    soon = row.kind == "due_soon"
    title = "This postmortem is due in two days" if soon else "This postmortem is overdue"
    people, why = who_answers(postmortem)
    for user in people:
        tell_person(user, postmortem, title=title, why=why, key=f"reminder:{row.pk}:{user.pk}")
    return ", ".join(str(user) for user in people)


def _tell_reviewer(row: Reminder, postmortem: Postmortem) -> str:
    name = row.key.split(":")[2]
    reviews = postmortem.reviews.select_related("user")
    review = reviews.filter(pk=int(name), state=Review.State.WAITING).first()
    if review is None or postmortem.status != "in_review":
        return ""
    if review.user.is_active:
        title, why = "Your review is waited for", review.because
        tell_person(review.user, postmortem, title=title, why=why, key=f"reminder:{row.pk}")
        return str(review.user)
    title = f"{review.user} has left: choose another reviewer"
    people, why = who_answers(postmortem)
    for user in people:
        tell_person(user, postmortem, title=title, why=why, key=f"reminder:{row.pk}:{user.pk}")
    return ", ".join(str(user) for user in people)


def who_answers(postmortem: Postmortem) -> tuple[list[User], str]:
    """The owner; where there is none any more, managers of the systems' teams, else any."""
    owner = postmortem.owner
    if owner is not None and owner.can_respond:
        return [owner], "You write this postmortem."
    managers = User.objects.filter(is_active=True, role__in=(Role.MANAGER, Role.ADMIN))
    own = managers.filter(teams__systems__incidents=postmortem.incident).distinct()
    found = list(own[:MAX_MANAGERS]) or list(managers[:MAX_MANAGERS])
    return found, "Nobody writes this postmortem any more; a manager can give it to somebody."
