"""What is quiet at Larkmoor: maintenance to come, a silence that returns each night, one rule, and
a condition that flapped until nobody was paged any more."""

from __future__ import annotations

from datetime import timedelta

from aire_web.demo.past import people_by_handle, standing_at, take_delivery
from aire_web.demo.payloads import body_of
from aire_web.demo.story import AlertStory, IncidentStory
from alerts import services
from alerts.models import Source
from core import clock
from core.actor import Actor, Via


def write_quiet() -> int:
    """Answers how many silences."""
    people = people_by_handle()
    diego, noor = (Actor(people[name].name, Via.WEB, people[name].pk) for name in ("diego", "noor"))
    today = clock.now().replace(minute=0, second=0, microsecond=0)
    tomorrow = today.replace(hour=21) + timedelta(days=1)
    services.create_silence(
        slug="gpu-drivers",
        system_slug="gpu-inference",
        starts_at=tomorrow,
        ends_at=tomorrow + timedelta(hours=2),
        reason="New GPU drivers, node by node",
        actor=diego,
    )
    night = today.replace(hour=1) + timedelta(days=1)
    services.create_silence(
        slug="nightly-backfill",
        match=['alertname="FeatureFreshness"', 'severity!="critical"'],
        starts_at=night,
        ends_at=night + timedelta(hours=3),
        recurrence="FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR;COUNT=60",
        time_zone="Europe/Berlin",
        reason="The nightly backfill holds features back until four",
        actor=noor,
    )
    services.save_inhibition(
        slug="provider-speaks",
        name="The provider's outage speaks for slow answers",
        source_match=['alertname="ProviderErrors"'],
        target_match=['alertname=~"AnswerLatency|ToolErrors"'],
        equal=["region"],
        actor=noor,
    )
    _write_flapping()
    return 2


FLAPPED = IncidentStory(
    title="The queue of the staging workers is too deep",
    severity="sev3",
    ago=0,
    systems=["gpu-inference"],
    alert=AlertStory(
        source="prometheus",
        name="QueueDepthHigh",
        summary="More than 200 requests wait. The threshold lies where the queue usually is.",
        began=0,
        labels={"environment": "staging"},
    ),
)
OPENINGS, APART, LASTED = 16, timedelta(minutes=4), timedelta(minutes=2)


def _write_flapping() -> None:
    """Opened and over sixteen times within an hour: the last ten were held back."""
    source = Source.objects.get(slug="prometheus")
    began = clock.now() - OPENINGS * APART
    for number in range(OPENINGS):
        opened = began + number * APART
        for at, ended in ((opened, None), (opened + LASTED, opened + LASTED)):
            with standing_at(at):
                take_delivery(source, body_of(source.format, FLAPPED, began=opened, ended=ended))
