"""The one place where subscribers and registries are filled: read it from top to bottom."""

from __future__ import annotations

from accounts.events import UserDeactivated
from accounts.settings_index import PROVIDER as FIND_SETTINGS
from aire_web import latency
from aire_web.config.kinds import fill_kinds
from aire_web.extensions import add_extensions
from aire_web.importing.keeping import forget_old_exports
from aire_web.live import handlers as live_hears
from aire_web.mitigating import fill_playbooks, show_playbooks
from aire_web.senders import fill_senders
from aire_web.storms import fill_storms
from aire_web.ways_out import fill_ways_out
from alerts import absorb, partitions
from alerts import obligations as alert_obligations
from alerts import services as alert_services
from alerts.chores import forget_tombstones
from alerts.deliveries import forget_repeats
from alerts.events import (
    AlertsAcknowledged,
    AlertsFiring,
    AlertsHeld,
    AlertsResolved,
    ReceiptSetAside,
)
from alerts.extensions import takers
from alerts.formats import own_formats
from alerts.heartbeats import telling as heartbeats
from alerts.heartbeats.door import PING as HEARTBEAT_PING
from alerts.heartbeats.format import FORMAT as HEARTBEAT
from alerts.ingest.doors import doors
from alerts.looking import services as looking
from alerts.noise import keeping as noise
from alerts.noise import rechecking
from alerts.placing import answering
from alerts.placing import taking as placing
from alerts.redaction.storing import forget_raw_bodies
from alerts.search_hits import PROVIDER as FIND_ALERTS
from alerts.storm.calm import end_calm_storms
from catalog.kpis.services import forget_old_values
from catalog.search import PROVIDER as FIND_SYSTEMS
from chatops import digesting
from core import engine, housekeeping, obligations, outbox, rounds, search
from core.engine import Loop
from core.idempotency import forget_old_calls
from core.outbox import listen, subscribe
from incidents import handlers as incidents_hear
from incidents import hushing, tallying
from incidents import obligations as incident_obligations
from incidents import reminding as incident_reminders
from incidents.drills import scheduling
from incidents.drills import services as drills
from incidents.events import IncidentChanged, ReminderChanged, TimelineWritten
from incidents.evidence import keeping as evidence_keeping
from incidents.evidence import services as evidence_services
from incidents.people_reports import clusters as report_clusters
from incidents.search import PROVIDER as FIND_INCIDENTS
from incidents.triage import services as triage
from integrations.cloudwatch import subscriptions as sns
from integrations.github.tracker import TRACKER as GITHUB
from integrations.jira.tracker import TRACKER as JIRA
from integrations.slack.capture import working as slack_captures
from integrations.slack.channel import CHANNEL as SLACK
from integrations.slack.channels import keeping as slack_channels
from integrations.slack.channels import reminders as slack_reminders
from integrations.slack.channels import telling as slack_hears
from integrations.slack.chores import forget_requests, forget_strangers
from integrations.slack.digest import post_digest
from integrations.slack.health.workspace import look_when_due
from integrations.slack.inbox import obligations as slack_obligations
from integrations.slack.inbox import working as slack_inbox
from integrations.slack.posts import obligations as slack_post_obligations
from integrations.slack.posts import sending as slack_posts
from integrations.slack.posts.chores import forget_limits, forget_posts
from integrations.webhook.tracker import TRACKER as WEBHOOK
from notifications import lanes
from notifications import obligations as delivery_obligations
from notifications.events import DeliverySettled
from oncall import handlers as oncall_hears
from oncall import obligations as oncall_obligations
from oncall import stepping
from oncall.events import (
    PageCreated,
)
from oncall.warnings import warn_before_shifts
from postmortems import evidence, evidence_sources, reminding, slo_sources
from postmortems import handlers as postmortems_hear
from postmortems.actions import handlers as actions_hear
from postmortems.actions import nudges
from postmortems.actions.search import PROVIDER as FIND_ACTIONS
from postmortems.clocks import reminders as clock_reminders
from postmortems.search import PROVIDER as FIND_POSTMORTEMS
from postmortems.trackers import trackers
from postmortems.tracking import sync
from postmortems.tracking.chores import forget_deliveries
from reports import digest
from slos import evaluation as slo_evaluation
from slos import health as slo_health
from slos import history as slo_history
from slos import polling
from slos.alert_format import FORMAT as SLO
from slos.events import ObligationBegan
from slos.keeping import forget_old_measurements
from slos.search import PROVIDER as FIND_SLOS
from slos.tallies import forget_tallies

QUICK, PATIENT = "quick", "patient"
"""Lanes of the engine: short looks every few seconds, and what may wait a while for others."""


def wire() -> None:
    """Called once a process, when all rooms are loaded."""
    _sources()
    _channels()
    _alert_subscribers()
    _subscribers()
    show_playbooks()
    add_extensions()
    fill_storms()
    fill_playbooks()
    _search()
    _evidence()
    _obligations()
    _chores()
    _loops()
    fill_kinds()


def _sources() -> None:
    own_formats.add(SLO.name, SLO)
    own_formats.add(HEARTBEAT.name, HEARTBEAT)
    fill_senders()
    doors.add("heartbeat", HEARTBEAT_PING)
    takers.add("changes", placing.take)
    takers.add("answers", answering.take)
    takers.add("heartbeats", heartbeats.take)
    for tracker in (GITHUB, JIRA, WEBHOOK):
        trackers.add(tracker.name, tracker)


def _channels() -> None:
    fill_ways_out()
    digesting.posters.add("slack", post_digest)


def _alert_subscribers() -> None:
    subscribe(
        AlertsFiring,
        incidents_hear.on_alerts_firing,
        name="incidents.alerts_firing",
        many=incidents_hear.take_firing,
        at_once=True,
    )
    subscribe(AlertsHeld, hushing.on_alerts_held, name="incidents.alerts_held")
    subscribe(AlertsResolved, incidents_hear.on_alerts_resolved, name="incidents.alerts_resolved")
    subscribe(
        AlertsAcknowledged,
        incidents_hear.on_alerts_acknowledged,
        name="incidents.alerts_acknowledged",
    )
    subscribe(ReceiptSetAside, incidents_hear.on_receipt_set_aside, name="incidents.unreadable")


def _subscribers() -> None:
    subscribe(
        DeliverySettled,
        oncall_hears.on_delivery_settled,
        name="oncall.delivery",
        when=lambda event: event.state == "failed",
    )
    subscribe(
        DeliverySettled,
        latency.on_delivery_settled,
        name="aire_web.page_latency",
        when=latency.is_a_page_sent,
        many=latency.on_deliveries_settled,
    )
    _slack_subscribers()
    subscribe(UserDeactivated, actions_hear.on_user_deactivated, name="actions.user_deactivated")
    subscribe(
        IncidentChanged,
        postmortems_hear.on_incident_changed,
        name="postmortems.incident_ended",
        when=postmortems_hear.ends_something,
    )
    subscribe(
        ObligationBegan,
        slo_sources.on_obligation_began,
        name="postmortems.obligation_began",
        when=slo_sources.asks_for_work,
    )
    listen(PageCreated, live_hears.on_page_created, name="live.page_created")
    listen(IncidentChanged, live_hears.on_incident_changed, name="live.incident_changed")


def _slack_subscribers() -> None:
    subscribe(
        TimelineWritten,
        slack_hears.on_timeline_written,
        name="slack.timeline",
        when=lambda _: SLACK.configured(),
        many=slack_hears.on_timelines_written,
    )
    subscribe(
        ReminderChanged,
        slack_reminders.on_reminder_changed,
        name="slack.reminders",
        when=lambda _: SLACK.configured(),
    )


def _search() -> None:
    """What the search over everything finds, in the order in which it is shown."""
    for provider in (
        FIND_INCIDENTS,
        FIND_POSTMORTEMS,
        FIND_SYSTEMS,
        FIND_SLOS,
        FIND_ACTIONS,
        FIND_ALERTS,
        FIND_SETTINGS,
    ):
        search.providers.add(provider.name, provider)


def _evidence() -> None:
    """What can be cited in a postmortem, in the order of the drawer."""
    for kind in (
        evidence_sources.TIMELINE,
        evidence_sources.ALERTS,
        evidence_sources.CHANGES,
        slo_sources.EVIDENCE,
    ):
        evidence.register(kind)


def _obligations() -> None:
    for name, sql in (
        ("receipt", alert_obligations.OVERDUE_SQL),
        ("escalation", oncall_obligations.OVERDUE_SQL),
        ("delivery", delivery_obligations.OVERDUE_SQL),
        ("incident", incident_obligations.OVERDUE_SQL),
        ("action nudge", nudges.OVERDUE_SQL),
        ("incident reminder", incident_reminders.OVERDUE_SQL),
        ("tracker", sync.OVERDUE_SQL),
        ("reminder", reminding.OVERDUE_SQL),
        ("digest", digest.OVERDUE_SQL),
        ("channel digest", digesting.OVERDUE_SQL),
        ("drill schedule", scheduling.OVERDUE_SQL),
        ("clock_reminder", clock_reminders.OVERDUE_SQL),
        ("slo", slo_health.OVERDUE_SQL),
        ("slack post", slack_post_obligations.OVERDUE_SQL),
        ("slack request", slack_obligations.OVERDUE_SQL),
        ("heartbeat", heartbeats.OVERDUE_SQL),
        ("sns confirmation", sns.OVERDUE_SQL),
    ):
        obligations.sources.add(name, sql)


def _chores() -> None:
    # First: what is held is copied before anything goes because of its age.
    housekeeping.chores.add("held-receipts", evidence_keeping.keep_held_receipts)
    housekeeping.chores.add("kept-receipts", evidence_keeping.drop_kept_receipts)
    housekeeping.chores.add("idempotency", forget_old_calls)
    housekeeping.chores.add("tombstones", forget_tombstones)
    housekeeping.chores.add("repeats", forget_repeats)
    housekeeping.chores.add("raw-bodies", forget_raw_bodies)
    housekeeping.chores.add("whole-samples", evidence_services.forget_whole_samples)
    housekeeping.chores.add("whole-reports", report_clusters.forget_whole_reports)
    housekeeping.chores.add("flaps", noise.forget_flaps)
    housekeeping.chores.add("slack-posts", forget_posts)
    housekeeping.chores.add("slack-limits", forget_limits)
    housekeeping.chores.add("slack-requests", forget_requests)
    housekeeping.chores.add("slack-strangers", forget_strangers)
    housekeeping.chores.add("tracker-deliveries", forget_deliveries)
    housekeeping.chores.add("measurements", forget_old_measurements)
    housekeeping.chores.add("tallies", forget_tallies)
    housekeeping.chores.add("kpi-values", forget_old_values)
    housekeeping.chores.add("kept-exports", forget_old_exports)
    housekeeping.chores.add("receipt-days", partitions.keep_partitions)
    housekeeping.chores.add("stray-receipts", partitions.forget_strays)


def _loops() -> None:
    """What the engine does by itself, whatever becomes of Redis and Celery; workers do the first
    three when they are told."""
    rounds.stages.add("step", stepping.run_due_steps)
    rounds.stages.add("outbox", outbox.run_due)
    rounds.stages.add("absorb", absorb.absorb_due)
    rounds.stages.add("slack", slack_inbox.work_due)
    for loop in (
        Loop("absorb", absorb.absorb_due, every=0.5, hint="absorb"),
        Loop("outbox", outbox.run_due, every=0.5, hint="outbox"),
        Loop("step", stepping.run_due_steps, every=0.5, hint="step"),
        Loop("deliver", lanes.deliver_in_lanes, every=0.5, hint="deliver"),
        Loop("slack-posts", slack_posts.post_due, every=1.0, hint="slack-posts", threads=2),
        Loop("slack-captures", slack_captures.capture_due, every=2.0, hint="slack-captures"),
        Loop("slack-channels", slack_channels.keep_due, every=2.0, hint="slack-channels"),
        Loop("slack-hand-overs", slack_channels.look_again, every=600.0, lane=PATIENT),
        Loop("slack", slack_inbox.work_due, every=0.5, hint="slack", threads=3),
        Loop("slack-health", look_when_due, every=60.0, lane=PATIENT),
        Loop("slack-granted", slack_channels.take_up_granted, every=30.0, lane=QUICK),
        Loop("heartbeats", heartbeats.run_due, every=2.0, lane=QUICK),
        Loop("sns-confirmations", sns.confirm_due, every=10.0, lane=PATIENT),
        Loop("remind", reminding.remind_due, every=20.0, lane=PATIENT),
        Loop("trackers", sync.run_due_links, every=5.0),
        Loop("tracker-looks", sync.look_again, every=300.0, lane=PATIENT),
        Loop("incident-waits", incident_reminders.plan_reminders, every=60.0, lane=PATIENT),
        Loop("incident-reminders", incident_reminders.run_due_reminders, every=20.0, lane=PATIENT),
        Loop("action-nudges", nudges.run_due_nudges, every=60.0, lane=PATIENT),
        Loop("slo-polls", polling.poll_due, every=5.0, threads=2),
        Loop("slos", slo_evaluation.evaluate_due, every=15.0),
        Loop("slo-history", slo_history.compute_history, every=60.0, lane=PATIENT),
        Loop("looks", looking.look_due, every=10.0, lane=PATIENT),
        Loop("storms", end_calm_storms, every=5.0, lane=QUICK),
        Loop("report-clusters", report_clusters.link_alerted, every=5.0, lane=QUICK),
        Loop("onsets", triage.move_onsets, every=600.0, lane=PATIENT),
        Loop("drills", drills.run_due_sends, every=2.0, lane=QUICK),
        Loop("drill-schedules", scheduling.run_due_schedules, every=20.0, lane=PATIENT),
        Loop("auto-resolve", alert_services.resolve_silent, every=10.0, lane=QUICK),
        Loop("alert-quality", tallying.count_recent, every=300.0, lane=PATIENT),
        Loop("alert-quality-late", tallying.count_late, every=21_600.0, lane=PATIENT),
        Loop("silences", noise.keep_silences, every=2.0, lane=QUICK),
        Loop("holds", rechecking.recheck_due, every=2.0, lane=QUICK),
        Loop("clock-reminders", clock_reminders.run_due_reminders, every=20.0, lane=PATIENT),
        Loop("channel-digests", digesting.run_due_digests, every=60.0, lane=PATIENT),
        Loop("digest", digest.run_due_digests, every=60.0, lane=PATIENT),
        Loop("shift-warnings", warn_before_shifts, every=600.0, lane=PATIENT),
        Loop("housekeeping", housekeeping.keep_house, every=300.0, lane=PATIENT),
    ):
        engine.loops.add(loop.name, loop)
