"""Everything by which AIRE reaches people and other programs: channels, what comes back of them
and what incidents write down of it, outgoing webhooks, shadow mode, and the notices of shifts."""

from __future__ import annotations

from accounts.selectors import team_banners
from alerts.selectors import names_of_sources
from core import engine, housekeeping, obligations
from core.engine import Loop
from core.outbox import subscribe
from incidents import paging_handlers as written
from incidents.acknowledging import acknowledge_subject
from incidents.events import IncidentChanged
from integrations.apprise.channel import CHANNEL as APPRISE
from integrations.email.channel import CHANNEL as EMAIL
from integrations.mattermost.channel import CHANNEL as MATTERMOST
from integrations.ntfy.channel import CHANNEL as NTFY
from integrations.slack.channel import CHANNEL as SLACK
from integrations.teams.channel import CHANNEL as TEAMS
from integrations.telegram.channel import CHANNEL as TELEGRAM
from integrations.twilio.channel import SMS, VOICE
from integrations.web_push.channel import CHANNEL as WEB_PUSH
from integrations.webhook import handlers as hears
from integrations.webhook.channel import CHANNEL as WEBHOOK
from notifications.channels import channels
from notifications.events import DeliverySettled
from notifications.inapp import CHANNEL as IN_APP
from notifications.webhook_services import anybody_listens as listens
from oncall.acknowledging import acknowledgers
from oncall.events import (
    AcknowledgementTimedOut,
    EscalationExhausted,
    NobodyToPage,
    PageCreated,
)
from oncall.handoff import services as handoff
from oncall.obligations import SHIFT_NOTICES_SQL
from oncall.shadow.selectors import shadow_banner
from oncall.shadow.services import close_overdue
from oncall.shadow.views import source_choices

OF_THE_ACCOUNT = (EMAIL, SLACK, IN_APP)
GIVEN_BY_PEOPLE = (WEB_PUSH, SMS, VOICE, NTFY, TELEGRAM, TEAMS, MATTERMOST, APPRISE, WEBHOOK)


def fill_ways_out() -> None:
    for channel in (*OF_THE_ACCOUNT, *GIVEN_BY_PEOPLE):
        channels.add(channel.name, channel)
    acknowledgers.add("incident", acknowledge_subject)
    _timelines()
    _webhooks()
    source_choices.add("alerts", names_of_sources)
    team_banners.add("shadow", lambda team: shadow_banner(f"team:{team.slug}"))
    housekeeping.chores.add("shadows", close_overdue)
    obligations.sources.add("shift notice", SHIFT_NOTICES_SQL)
    for loop in (
        Loop("shift-notices", handoff.run_due_notices, every=20.0, lane="patient"),
        Loop("shift-plan", handoff.plan_notices, every=300.0, lane="patient"),
    ):
        engine.loops.add(loop.name, loop)


def _timelines() -> None:
    """What incidents write down of paging."""
    subscribe(
        PageCreated,
        written.on_page_created,
        name="incidents.page_created",
        many=written.on_pages_created,
    )
    subscribe(NobodyToPage, written.on_nobody_to_page, name="incidents.nobody_to_page")
    subscribe(
        AcknowledgementTimedOut,
        written.on_acknowledgement_timed_out,
        name="incidents.acknowledgement_timed_out",
    )
    subscribe(EscalationExhausted, written.on_escalation_exhausted, name="incidents.exhausted")
    subscribe(
        DeliverySettled,
        written.on_delivery_settled,
        name="incidents.delivery",
        when=written.is_of_a_page,
        many=written.on_deliveries_settled,
    )


def _webhooks() -> None:
    """What other programs are told of."""
    subscribe(IncidentChanged, hears.on_incident_changed, name="webhooks.incident", when=listens)
    subscribe(PageCreated, hears.on_page_created, name="webhooks.page", when=listens)
    subscribe(NobodyToPage, hears.on_nobody_to_page, name="webhooks.nobody", when=listens)
    subscribe(EscalationExhausted, hears.on_exhausted, name="webhooks.exhausted", when=listens)
