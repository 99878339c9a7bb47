"""When an incident resolves its draft is there, made by rules from what is known."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import User
from catalog.models import System
from core import clock
from core.models import OutboxTask
from incidents import services as incident_services
from incidents.events import IncidentChanged
from postmortems import services
from postmortems.handlers import on_incident_changed
from postmortems.models import Postmortem, Reminder
from postmortems.parts import Drafted, contributors
from tests.cast import actor_of
from tests.postmortems.scene import changed, document, hear_everything, resolved_incident, write

pytestmark = pytest.mark.django_db


def body(postmortem: Postmortem, key: str) -> str:
    return postmortem.sections.get(key=key).body


def test_a_draft_is_there_when_an_incident_resolves(teammate: User, system: System) -> None:
    changed(system, timedelta(hours=4))
    postmortem = document(teammate, system)
    assert postmortem.status == "draft"
    assert postmortem.owner == teammate
    assert postmortem.template_version.template.slug == "hallucination"
    assert "Checkout assistant" in body(postmortem, "summary")
    assert "v30 → v31 at the onset" in body(postmortem, "bundle-diff")
    assert "1 h before the onset" in body(postmortem, "change-timeline")
    assert "All of them are about refunds." in body(postmortem, "timeline")
    assert "fabricated" in body(postmortem, "causes").lower()
    assert "From onset to detection: 1 h" in body(postmortem, "detection")


def test_every_drafted_line_is_marked(teammate: User, system: System) -> None:
    for section in document(teammate, system).sections.all():
        assert section.generated == [line for line in section.body.split("\n") if line]


def test_hearing_twice_drafts_once(teammate: User, system: System) -> None:
    incident = resolved_incident(teammate, system)
    hear_everything()
    event = OutboxTask.objects.filter(subscriber="postmortems.incident_ended").first()
    assert event is not None
    on_incident_changed(IncidentChanged(**event.payload))
    assert Postmortem.objects.filter(incident=incident).count() == 1


@pytest.mark.parametrize("more", [{"drill": True}], ids=["drill"])
def test_a_drill_has_no_draft(teammate: User, system: System, more: dict[str, bool]) -> None:
    resolved_incident(teammate, system, **more)
    hear_everything()
    assert not Postmortem.objects.exists()


def test_a_false_alarm_and_a_merged_incident_have_none(teammate: User, system: System) -> None:
    opened = [
        incident_services.open_incident(
            title="Slow", severity="sev3", actor=actor_of(teammate), systems=[system], page=False
        )
        for _ in range(3)
    ]
    incident_services.transition_incident(
        incident_id=opened[0].pk, to="cancelled", note="Nothing", actor=actor_of(teammate)
    )
    incident_services.merge_incident(
        incident_id=opened[1].pk, into_id=opened[2].pk, actor=actor_of(teammate)
    )
    hear_everything()
    assert not Postmortem.objects.exists()


def test_the_date_follows_from_the_severity(teammate: User, system: System) -> None:
    grave = document(teammate, system, severity="sev1")
    small = document(teammate, system, severity="sev4")
    assert grave.incident.resolved_at is not None
    assert grave.due_at == grave.incident.resolved_at + timedelta(days=5)
    assert small.due_at is None
    assert set(grave.reminders.values_list("kind", flat=True)) == {"due_soon", "overdue"}


def test_sections_are_required_by_severity_and_class(teammate: User, system: System) -> None:
    grave = document(teammate, system, cause_hint="privacy.cross-tenant-leak")
    small = document(teammate, system, severity="sev4", cause_hint="")
    assert grave.template_version.template.slug == "leak"
    needed = set(grave.sections.filter(required=True).values_list("key", flat=True))
    assert {"cohort", "harm-duties", "containment"} <= needed
    assert set(small.sections.filter(required=True).values_list("key", flat=True)) == {
        "summary",
        "impact",
        "actions",
    }


def test_a_draft_that_nobody_touched_is_drafted_anew_when_the_incident_resolves_again(
    teammate: User, system: System
) -> None:
    postmortem = document(teammate, system)
    write(postmortem, "impact", "Twelve customers.", teammate)
    incident_id = postmortem.incident_id
    for to, note in (("acknowledged", "It is back"), ("resolved", "Now it is over")):
        incident_services.transition_incident(
            incident_id=incident_id, to=to, note=note, actor=actor_of(teammate)
        )
    hear_everything()
    assert "It is back" in body(postmortem, "timeline")
    assert body(postmortem, "impact") == "Twelve customers."


def test_text_of_others_cannot_start_markup_in_a_draft(teammate: User, system: System) -> None:
    postmortem = document(teammate, system, title="# <script>x</script>\n* [a](javascript:b)")
    summary = body(postmortem, "summary")
    assert "\\# \\<script\\>" in summary
    assert "\\[a\\](javascript:b)" in summary


def test_other_rooms_add_lines_to_a_draft(
    teammate: User, system: System, monkeypatch: pytest.MonkeyPatch
) -> None:
    said = [Drafted("impact", "The incident used 12 % of the budget *Groundedness*.")]
    monkeypatch.setitem(contributors._items, "test", lambda incident: said)
    postmortem = document(teammate, system)
    assert "- The incident used 12 % of the budget \\*Groundedness\\*." in body(
        postmortem, "impact"
    )


def test_a_document_that_nobody_needs_is_set_aside_with_a_reason(
    teammate: User, system: System
) -> None:
    postmortem = document(teammate, system)
    services.set_aside(
        postmortem_id=postmortem.pk, reason="Same as last week.", actor=actor_of(teammate)
    )
    again = services.start_postmortem(incident_id=postmortem.incident_id, actor=actor_of(teammate))
    assert again.pk != postmortem.pk
    assert Postmortem.objects.active().get() == again


def test_a_draft_of_a_long_incident_is_short_and_quick(teammate: User, system: System) -> None:
    incident = resolved_incident(teammate, system)
    for number in range(100):
        incident_services.add_note(
            incident_id=incident.pk, text=f"Line {number}", actor=actor_of(teammate)
        )
    hear_everything()
    postmortem = Postmortem.objects.get(incident=incident)
    timeline = body(postmortem, "timeline").split("\n")
    assert len(timeline) <= 82
    assert "more lines are on the timeline" in timeline[-1]
    assert Reminder.objects.filter(postmortem=postmortem).count() == 2
    assert clock.now() > postmortem.created_at
