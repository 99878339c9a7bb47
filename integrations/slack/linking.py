"""Linking a Slack account to an AIRE account by a button: the address that the button leads to, and
what happens when somebody signed in says yes there."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.conf import settings
from django.core import signing
from django.db import transaction
from django.db.models.functions import Now
from django.urls import reverse

from accounts import audit
from accounts.models import User
from core import clock
from core.actor import Actor
from core.errors import Conflict, Invalid
from core.hints import hint_on_commit
from integrations.slack.inbox.models import SlackRequest
from integrations.slack.models import SlackIdentity, SlackStranger
from integrations.slack.people import remember

SALT = "integrations.slack.link"
LIVES = timedelta(minutes=30)
"""As long as what was asked for can still be done and answered."""


@dataclass(frozen=True, slots=True)
class Wish:
    """Whose Slack account is to be linked. `name` and `email` are what Slack says of them."""

    slack_user_id: str
    team: str
    name: str = ""
    email: str = ""


def link_url(*, slack_user_id: str, team: str) -> str:
    token = signing.dumps({"who": slack_user_id, "team": team}, salt=SALT)
    return f"{settings.AIRE_BASE_URL.rstrip('/')}{reverse('slack:link', args=[token])}"


def wish_of(token: str) -> Wish:
    """Raises `Invalid` for an address that AIRE did not make, or that is too old."""
    try:
        content: dict[str, Any] = signing.loads(token, salt=SALT, max_age=LIVES)
    except signing.SignatureExpired as error:
        raise Invalid(
            "This link is older than half an hour. Ask AIRE in Slack again for a new one."
        ) from error
    except signing.BadSignature as error:
        raise Invalid("This link is not complete. Press the button in Slack again.") from error
    known = SlackStranger.objects.filter(slack_user_id=content["who"]).first()
    if known is None:
        return Wish(content["who"], content["team"])
    return Wish(content["who"], content["team"], known.name, known.email)


@transaction.atomic
def link_accounts(*, wish: Wish, user: User, actor: Actor) -> int:
    """From now on this Slack account acts as `user`. Answers how many things that were asked for
    before are done now."""
    if not user.is_active:
        raise Conflict("This account is not active.")
    before = SlackIdentity.objects.select_for_update().filter(user=user).first()
    remember(user, wish.slack_user_id, linked_by=SlackIdentity.LinkedBy.SELF)
    audit.record(
        actor=actor,
        action="slack.link",
        target_kind="user",
        target_ref=user.email,
        slack_user_id=wish.slack_user_id,
        slack_email=wish.email,
        before=before.slack_user_id if before else "",
    )
    waiting = SlackRequest.objects.filter(
        slack_user_id=wish.slack_user_id,
        team=wish.team,
        state=SlackRequest.State.WAITING,
        received_at__gt=clock.now() - LIVES,
    )
    # As fresh as if asked now: they have been asked to take this way round.
    number = waiting.update(
        state=SlackRequest.State.PENDING, due_at=Now(), received_at=Now(), attempts=0
    )
    hint_on_commit("slack")
    return number


@transaction.atomic
def unlink_accounts(*, user: User, actor: Actor) -> None:
    known = SlackIdentity.objects.select_for_update().filter(user=user).first()
    if known is None:
        raise Conflict("No Slack account is linked.")
    audit.record(
        actor=actor,
        action="slack.unlink",
        target_kind="user",
        target_ref=user.email,
        slack_user_id=known.slack_user_id,
    )
    known.delete()
