"""Who is who between AIRE and Slack, by e-mail address, remembered once found."""

from __future__ import annotations

from django.db import transaction

from accounts.models import User
from integrations.slack.client import call
from integrations.slack.models import SlackIdentity

BUTTON_TIMEOUT_SECONDS = 2
"""Slack waits three seconds for the answer to a button."""


def slack_id_of(email: str) -> str:
    """The Slack user with this address. Raises `DeliveryError`."""
    known = SlackIdentity.objects.filter(email__iexact=email).first()
    if known is not None:
        return known.slack_user_id
    answer = call("users.lookupByEmail", {"email": email})
    slack_user_id = str((answer.get("user") or {}).get("id") or "")
    user = User.objects.filter(email__iexact=email).first()
    if user is not None and slack_user_id:
        _remember(user, slack_user_id)
    return slack_user_id


def forget(email: str) -> None:
    SlackIdentity.objects.filter(email__iexact=email).delete()


def user_of(slack_user_id: str) -> User | None:
    """The active AIRE user behind a Slack id; None when there is none. Raises `DeliveryError`."""
    known = SlackIdentity.objects.select_related("user").filter(slack_user_id=slack_user_id).first()
    if known is not None:
        return known.user if known.user.is_active else None
    answer = call("users.info", {"user": slack_user_id}, timeout=BUTTON_TIMEOUT_SECONDS)
    profile = (answer.get("user") or {}).get("profile") or {}
    email = str(profile.get("email") or "")
    user = User.objects.filter(email__iexact=email, is_active=True).first() if email else None
    if user is not None:
        _remember(user, slack_user_id)
    return user


@transaction.atomic
def _remember(user: User, slack_user_id: str) -> None:
    SlackIdentity.objects.filter(slack_user_id=slack_user_id).exclude(user=user).delete()
    SlackIdentity.objects.update_or_create(
        user=user, defaults={"email": user.email, "slack_user_id": slack_user_id}
    )
