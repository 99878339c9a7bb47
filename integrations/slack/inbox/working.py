"""Works off what Slack sent: does what was asked once, then answers.

What is done and the answer to it are written in one transaction, under the lease; so a worker that
dies has either done nothing, or left the answer to be sent by the next.
"""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.db import InterfaceError, OperationalError, transaction

from accounts.models import User
from core import clock
from core.crashpoints import crash_point
from core.leases import claim_due, finish
from core.logs import get_logger
from integrations.slack.events.home import publish_home
from integrations.slack.events.registry import handle
from integrations.slack.health.workspace import workspace
from integrations.slack.inbox import asking, drawing
from integrations.slack.inbox.chance import Chance
from integrations.slack.inbox.drawing import Drawn
from integrations.slack.inbox.models import SlackRequest
from integrations.slack.inbox.places import pressed_at_home
from integrations.slack.inbox.sending import send
from integrations.slack.people import person_of
from notifications.channels import DeliveryError

log = get_logger(__name__)
STATE = SlackRequest.State
LEASE_SECONDS = 60
MAX_ATTEMPTS = 8
MAX_FAULTS = 3
STALE = timedelta(minutes=15)
"""Nobody expects a button to act so long after it was pressed: they are told instead."""

BROKEN = "Something went wrong in AIRE. Nothing was changed; an admin finds it in the log."
UNKNOWN = "AIRE could not find out who you are: {} Nothing was changed."
TOO_OLD = "AIRE was away when you asked. Nothing was changed: please ask again."


class LateFinisher(Exception):
    """The lease is somebody else's by now."""


def work_due() -> int:
    """One request; answers how many there were. Safe to call at once from anywhere."""
    claim = claim_due(SlackRequest, pending=STATE.PENDING, limit=1, lease_seconds=LEASE_SECONDS)
    for request in claim.rows:
        crash_point("slack:after_claim")
        _work(request, claim.token, None)
    return len(claim.rows)


def work_leased(pk: UUID, token: UUID, chance: Chance) -> None:
    """A submission, by the front that keeps its acknowledgement waiting for it."""
    request = SlackRequest.objects.filter(
        pk=pk, lease_token=token, state=STATE.PENDING, lease_until__gt=clock.now()
    ).first()
    if request is not None:
        _work(request, token, chance)


def _work(request: SlackRequest, token: UUID, chance: Chance | None) -> None:
    try:
        state = _through(request, token, chance)
    except LateFinisher:
        log.warning("slack_late_finisher", request=str(request.pk))
        return
    except (OperationalError, InterfaceError):
        # The database's trouble: the lease brings it back.
        raise
    except DeliveryError as error:
        _again(request, token, error)
        return
    except Exception as error:
        log.exception("slack_request_failed", request=str(request.pk), kind=request.kind)
        _broken(request, token, error)
        return
    changes = {"answer": None} if state == STATE.WAITING else {}
    finish(SlackRequest, pk=request.pk, token=token, state=state, **changes)


def _through(request: SlackRequest, token: UUID, chance: Chance | None) -> str:
    """Do it and answer; the state in which it ends."""
    if not asking.is_for_chatops(request):
        handle(request.payload, slack_user_id=request.slack_user_id, team=request.team)
        return STATE.DONE
    if request.answer is not None:
        send(request, request.answer, chance)
        return STATE.DONE
    known = person_of(request.slack_user_id, team=request.team)
    if known.user is None:
        said = drawing.refusal(request, known)
        send(request, drawing.drawn(request, said), chance)
        return STATE.WAITING if known.may_link else STATE.DONE
    if clock.now() - request.received_at > STALE:
        send(request, drawing.drawn(request, drawing.sentence(TOO_OLD)), chance)
        return STATE.DONE
    send(request, _done(request, token, known.user), chance)
    if pressed_at_home(request.payload):
        _refresh_home(request, known.user)
    return STATE.DONE


def _done(request: SlackRequest, token: UUID, asker: User) -> Drawn:
    """What was asked is done and its answer kept, or neither."""
    bot = workspace().bot_user_id
    with transaction.atomic():
        _hold(request, token)
        answer = drawing.drawn(request, asking.ask(request, asker=asker, bot_user_id=bot))
        SlackRequest.objects.filter(pk=request.pk).update(answer=answer)
    request.answer = answer
    crash_point("slack:after_commit")
    return answer


def _refresh_home(request: SlackRequest, user: User) -> None:
    """What was pressed there is done and answered: an old page is no reason to do it again."""
    try:
        publish_home(user, request.slack_user_id)
    except DeliveryError as error:
        log.info("slack_home_not_drawn", error=error.sentence)


def _hold(request: SlackRequest, token: UUID) -> None:
    held = SlackRequest.objects.select_for_update().filter(
        pk=request.pk, lease_token=token, state=STATE.PENDING, answer__isnull=True
    )
    if held.only("pk").first() is None:
        raise LateFinisher


def _again(request: SlackRequest, token: UUID, error: DeliveryError) -> None:
    """Slack could not be asked or told. Trying again helps where it said so, for a while."""
    over = error.permanent or request.attempts >= MAX_ATTEMPTS
    if over:
        log.warning("slack_request_given_up", request=str(request.pk), error=error.sentence)
        _tell(request, UNKNOWN.format(error.sentence))
        finish(
            SlackRequest,
            pk=request.pk,
            token=token,
            state=STATE.FAILED,
            error=error.sentence[:300],
        )
        return
    seconds = error.retry_after if error.retry_after is not None else 2.0**request.attempts
    due = clock.now() + timedelta(seconds=min(seconds, 300.0))
    finish(SlackRequest, pk=request.pk, token=token, due_at=due, error=error.sentence[:300])


def _broken(request: SlackRequest, token: UUID, error: Exception) -> None:
    """A fault of ours. It may be of the moment; if it is not, the asker hears of it."""
    sentence = f"{type(error).__name__}: {error}"[:300]
    if request.attempts < MAX_FAULTS:
        due = clock.now() + timedelta(seconds=2.0**request.attempts)
        finish(SlackRequest, pk=request.pk, token=token, due_at=due, error=sentence)
        return
    _tell(request, BROKEN)
    finish(SlackRequest, pk=request.pk, token=token, state=STATE.FAILED, error=sentence)


def _tell(request: SlackRequest, sentence: str) -> None:
    """Why nothing was done, where nothing was. A response_url works without a token too."""
    if request.answer is not None or not asking.is_for_chatops(request):
        return
    try:
        send(request, drawing.drawn(request, drawing.sentence(sentence)))
    except DeliveryError as refused:
        log.warning("slack_not_told", error=refused.sentence)
