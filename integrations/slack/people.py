"""Who is who between AIRE and Slack: by e-mail address or by their own doing, remembered."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from django.db import transaction
from django.db.models import F
from django.db.models.functions import Now

from accounts.models import User
from core import clock
from integrations.slack.client import call
from integrations.slack.health.workspace import our_team
from integrations.slack.models import SlackIdentity, SlackStranger
from notifications.channels import DeliveryError
from notifications.message import line

CHECK_AGAIN = timedelta(hours=24)
"""Somebody may have become a guest, or left the workspace."""


@dataclass(frozen=True, slots=True)
class Known:
    """`user` is None where AIRE does nothing for them: then `refusal` says why, and `may_link`
    whether linking their accounts would help."""

    user: User | None
    refusal: str = ""
    may_link: bool = False


def slack_id_of(email: str) -> str:
    """The Slack user with this address. Raises `DeliveryError`."""
    known = SlackIdentity.objects.filter(user__email__iexact=email).first()
    if known is not None:
        return known.slack_user_id
    answer = call("users.lookupByEmail", {"email": email})
    slack_user_id = str((answer.get("user") or {}).get("id") or "")
    user = User.objects.filter(email__iexact=email).first()
    if user is not None and slack_user_id:
        remember(user, slack_user_id)
    return slack_user_id


def forget(email: str) -> None:
    """What was found by address; what somebody linked themselves stays."""
    SlackIdentity.objects.filter(
        user__email__iexact=email, linked_by=SlackIdentity.LinkedBy.EMAIL
    ).delete()


def known_user(slack_user_id: str, *, team: str) -> User | None:
    """Without asking Slack: the active user who is linked and was checked lately."""
    known = SlackIdentity.objects.select_related("user").filter(slack_user_id=slack_user_id).first()
    if known is None or not known.user.is_active or not _fresh(known):
        return None
    return known.user if team == our_team() else None


def person_of(slack_user_id: str, *, team: str) -> Known:
    """Who asks, and whether AIRE does anything for them. Raises `DeliveryError` when Slack cannot
    be asked and nothing is known."""
    if not slack_user_id:
        return Known(None, "Slack did not say who asks.")
    if not team or team != our_team():
        return _refused(
            slack_user_id, "AIRE is connected to another Slack workspace. Ask there, or in AIRE."
        )
    known = SlackIdentity.objects.select_related("user").filter(slack_user_id=slack_user_id).first()
    if known is not None and _fresh(known):
        return _active(known.user)
    try:
        member = call("users.info", {"user": slack_user_id}).get("user") or {}
    except DeliveryError:
        if known is not None:
            return _active(known.user)
        raise
    if refusal := _outsider(member, team):
        SlackIdentity.objects.filter(slack_user_id=slack_user_id).delete()
        return _refused(slack_user_id, refusal, member)
    if known is not None:
        SlackIdentity.objects.filter(pk=known.pk).update(checked_at=Now())
        return _active(known.user)
    return _by_email(slack_user_id, member)


@transaction.atomic
def remember(user: User, slack_user_id: str, *, linked_by: str = "email") -> None:
    """One person on either side has one on the other."""
    SlackIdentity.objects.filter(slack_user_id=slack_user_id).exclude(user=user).delete()
    SlackIdentity.objects.update_or_create(
        user=user,
        defaults={
            "email": user.email,
            "slack_user_id": slack_user_id,
            "linked_by": linked_by,
            "checked_at": Now(),
        },
    )
    SlackStranger.objects.filter(slack_user_id=slack_user_id).delete()


def facts_of(member: dict[str, Any]) -> dict[str, str]:
    """Name and address out of what Slack tells of somebody."""
    profile = member.get("profile") if isinstance(member.get("profile"), dict) else {}
    assert isinstance(profile, dict)
    name = profile.get("real_name") or member.get("real_name") or member.get("name")
    return {"name": line(name, limit=120), "email": line(profile.get("email"), limit=254)}


def _fresh(known: SlackIdentity) -> bool:
    return known.checked_at > clock.now() - CHECK_AGAIN


def _active(user: User) -> Known:
    if user.is_active:
        return Known(user)
    return Known(None, "Your account in AIRE is not active. An admin can change that.")


def _outsider(member: dict[str, Any], team: str) -> str:
    """Why somebody of whom Slack tells this is not served; "" for a full member."""
    if member.get("deleted"):
        return "Your Slack account is deactivated."
    if member.get("is_bot"):
        return "AIRE takes no orders from other programs in Slack. Use the API."
    if member.get("is_stranger") or str(member.get("team_id") or team) != team:
        return "AIRE answers members of its own Slack workspace only."
    if member.get("is_restricted") or member.get("is_ultra_restricted"):
        return "AIRE does not answer guests. Ask a full member of the workspace."
    return ""


def _by_email(slack_user_id: str, member: dict[str, Any]) -> Known:
    email = facts_of(member)["email"]
    user = User.objects.filter(email__iexact=email).first() if email else None
    if user is not None and user.is_active:
        remember(user, slack_user_id)
        return Known(user)
    if user is not None:
        return _refused(slack_user_id, _active(user).refusal, member)
    why = (
        "AIRE does not know you: nobody there has the e-mail address of your Slack profile."
        if email
        else "AIRE does not know you: Slack does not tell it your e-mail address."
    )
    return _refused(slack_user_id, why, member, may_link=True)


def _refused(
    slack_user_id: str,
    refusal: str,
    member: dict[str, Any] | None = None,
    *,
    may_link: bool = False,
) -> Known:
    """Also put down for admins, who can often help."""
    facts = facts_of(member or {})
    stranger, new = SlackStranger.objects.get_or_create(
        slack_user_id=slack_user_id[:32],
        defaults={**facts, "reason": refusal[:200], "may_link": may_link},
    )
    if not new:
        changes = {name: value for name, value in facts.items() if value}
        SlackStranger.objects.filter(pk=stranger.pk).update(
            last_at=Now(),
            times=F("times") + 1,
            reason=refusal[:200],
            may_link=may_link,
            **changes,
        )
    return Known(None, refusal, may_link)
