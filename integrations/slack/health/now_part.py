"""What admins are told on the first page while Slack refuses AIRE."""

from __future__ import annotations

from django.conf import settings
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString

from accounts.models import Role, User
from integrations.slack.client import SENTENCES
from integrations.slack.health import faults
from integrations.slack.models import SlackFault

ALARMING = faults.TOKEN | {faults.SCOPE, faults.SOCKET}


def now_part(user: User, request: HttpRequest) -> SafeString | str:
    """Channels that are gone wait on the page of the settings; this is for what concerns all."""
    if not settings.AIRE_SLACK_BOT_TOKEN or not user.has_role(Role.ADMIN):
        return ""
    fault = SlackFault.objects.filter(code__in=ALARMING, cleared_at=None).order_by("code").first()
    if fault is None:
        return ""
    context = {
        "tone": "error",
        "title": "Slack refuses AIRE",
        "text": SENTENCES.get(fault.code, fault.code),
        "action_url": reverse("slack:settings"),
        "action_label": "What to do",
    }
    return render_to_string("components/callout.html", context)
