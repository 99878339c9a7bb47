"""app_uninstalled, tokens_revoked: AIRE has lost Slack, which admins have to know at once."""

from __future__ import annotations

import contextlib

from integrations.slack.events.arrival import Arrival
from integrations.slack.health.workspace import look
from notifications.channels import DeliveryError


def on_gone(arrival: Arrival) -> None:
    """Asking Slack once puts down what it says now, if it is really so."""
    with contextlib.suppress(DeliveryError):
        look()
