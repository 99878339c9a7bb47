"""Pages that went out over Slack: their posts are kept up to date like cards."""

from __future__ import annotations

from collections.abc import Sequence

from incidents.models import Incident
from integrations.slack.posts.models import SlackPost
from integrations.slack.posts.services import adopt_page
from notifications.models import Delivery


def adopt_pages(incidents: Sequence[Incident]) -> None:
    by_key = {incident.subject_key: incident for incident in incidents}
    sent = Delivery.objects.filter(
        subject_key__in=by_key,
        channel="slack",
        kind=Delivery.Kind.PAGE,
        state=Delivery.State.SENT,
    ).exclude(provider_ref="")
    keys = {f"page:{one.pk}": one for one in sent}
    known = set(SlackPost.objects.filter(key__in=keys).values_list("key", flat=True))
    for key, one in keys.items():
        if key not in known:
            adopt_page(
                incident=by_key[one.subject_key],
                key=key,
                address=one.provider_ref,
                why=str(one.message.get("why") or ""),
                personal=one.user_id is not None,
            )
