"""Clocks: from awareness, never paused, ended by reports or by two people who decide."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import Role, User
from core import clock
from core.errors import Conflict, Forbidden, Invalid
from incidents.extensions import check_not_held
from incidents.models import Incident
from notifications.models import Delivery
from postmortems.clocks import drafts, holds, reminders, services
from postmortems.clocks.panel import undecided
from postmortems.models import Attachment, ClockReminder, EvidenceHold, RegulatoryClock
from postmortems.services.drafts import start_postmortem
from postmortems.services.evidence import take_attachment_away
from tests.cast import actor_of, api_client, make_user, sign_in
from tests.incidents.cast import make_incident


@pytest.fixture
def incident(db: None) -> Incident:
    return make_incident("Customer data in answers")


def start(incident: Incident, by: User, **more: object) -> RegulatoryClock:
    wanted = {
        "rule": "gdpr-33",
        "trigger": "controller",
        "role": "controller",
        "aware_at": clock.now() - timedelta(hours=10),
        "incident_id": incident.pk,
        "actor": actor_of(by),
    }
    return services.start_clock(**{**wanted, **more})  # type: ignore[arg-type]


def test_a_clock_runs_from_awareness_and_not_from_its_start(
    incident: Incident, teammate: User
) -> None:
    started = start(incident, teammate)
    first = started.phases.get(key="authority")
    assert first.due_at == started.aware_at + timedelta(hours=72)
    assert started.rule_version == "2026-11-21"
    assert incident.events.filter(text__startswith="Regulatory clock started").exists()


def test_a_running_clock_keeps_the_rule_as_it_was(incident: Incident, teammate: User) -> None:
    terms = start(incident, teammate).terms
    assert terms["trigger"]["phases"][0]["within"] == "72h"
    assert terms["source"]["url"].startswith("https://eur-lex")


@pytest.mark.parametrize(
    ("more", "field"),
    [
        ({"rule": "colorado-sb-24-205"}, "rule"),
        ({"rule": "nowhere"}, "rule"),
        ({"trigger": "nothing"}, "trigger"),
        ({"role": "bystander"}, "role"),
        ({"aware_at": clock.now() + timedelta(hours=1)}, "aware_at"),
        ({"aware_at": clock.now() - timedelta(days=9_999)}, "aware_at"),
        ({"aware_evidence": "\x00"}, "aware_evidence"),
    ],
)
def test_what_cannot_be_is_refused_by_its_field(
    incident: Incident, teammate: User, more: dict[str, object], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        start(incident, teammate, **more)
    assert field in refused.value.errors


def test_the_same_clock_does_not_run_twice(incident: Incident, teammate: User) -> None:
    start(incident, teammate)
    with pytest.raises(Conflict):
        start(incident, teammate)
    start(incident, teammate, trigger="controller-high-risk")


def test_a_report_is_noted_once_with_what_shows_it(incident: Incident, teammate: User) -> None:
    started = start(incident, teammate)
    actor = actor_of(teammate)
    with pytest.raises(Invalid):
        services.submit_phase(clock_id=started.pk, phase="authority", receipt=" ", actor=actor)
    services.submit_phase(clock_id=started.pk, phase="authority", receipt="No. 7", actor=actor)
    with pytest.raises(Conflict):
        services.submit_phase(clock_id=started.pk, phase="authority", receipt="8", actor=actor)
    started.refresh_from_db()
    assert started.is_running  # a supplement may follow
    services.end_clock(clock_id=started.pk, actor=actor)
    started.refresh_from_db()
    assert started.state == "reported"


def test_a_late_report_is_noted_as_late(incident: Incident, teammate: User) -> None:
    started = start(incident, teammate, aware_at=clock.now() - timedelta(hours=80))
    services.submit_phase(
        clock_id=started.pk, phase="authority", receipt="x", actor=actor_of(teammate)
    )
    assert started.phases.get(key="authority").is_late


def test_a_clock_cannot_be_ended_before_its_reports_are_sent(
    incident: Incident, teammate: User
) -> None:
    with pytest.raises(Conflict, match="cannot be paused"):
        services.end_clock(clock_id=start(incident, teammate).pk, actor=actor_of(teammate))


def test_sending_one_report_moves_the_one_that_counts_from_it(
    incident: Incident, teammate: User
) -> None:
    started = start(
        incident, teammate, rule="nis2", trigger="significant", role="essential or important entity"
    )
    before = started.phases.get(key="final").due_at
    services.submit_phase(
        clock_id=started.pk, phase="notification", receipt="x", actor=actor_of(teammate)
    )
    after = started.phases.get(key="final").due_at
    assert before is not None
    assert after is not None
    assert after < before


def test_not_reportable_takes_reasons_and_a_second_person(incident: Incident, owner: User) -> None:
    started = start(incident, owner)
    with pytest.raises(Invalid):
        services.propose_not_reportable(clock_id=started.pk, reasons="no", actor=actor_of(owner))
    services.propose_not_reportable(
        clock_id=started.pk, reasons="No personal data was in it.", actor=actor_of(owner)
    )
    started.refresh_from_db()
    assert started.is_running
    with pytest.raises(Forbidden):
        services.answer_decision(clock_id=started.pk, approve=True, by=owner, actor=actor_of(owner))
    other = make_user("Mona Manager", Role.MANAGER)
    services.answer_decision(clock_id=started.pk, approve=True, by=other, actor=actor_of(other))
    started.refresh_from_db()
    assert started.state == "not_reportable"
    assert started.decisions.get().decided_by == other
    assert not ClockReminder.objects.filter(state="pending").exists()


def test_a_responder_cannot_approve(incident: Incident, owner: User, teammate: User) -> None:
    started = start(incident, owner)
    services.propose_not_reportable(
        clock_id=started.pk, reasons="No personal data was in it.", actor=actor_of(owner)
    )
    with pytest.raises(Forbidden):
        services.answer_decision(
            clock_id=started.pk, approve=True, by=teammate, actor=actor_of(teammate)
        )


def test_article_73_holds_the_evidence_until_the_clock_has_ended(
    incident: Incident, owner: User
) -> None:
    started = start(incident, owner, rule="eu-ai-act-73", trigger="general", role="provider")
    with pytest.raises(Conflict, match="evidence"):
        check_not_held(incident, "This file")
    with pytest.raises(Conflict, match="clock runs"):
        holds.lift_hold(incident_id=incident.pk, by=owner, actor=actor_of(owner), reason="done")
    RegulatoryClock.objects.filter(pk=started.pk).update(state="reported", ended_at=clock.now())
    holds.lift_hold(incident_id=incident.pk, by=owner, actor=actor_of(owner), reason="done")
    assert EvidenceHold.objects.get().lifted_by == owner
    check_not_held(incident, "This file")


def test_a_file_of_held_evidence_cannot_be_taken_away(incident: Incident, owner: User) -> None:
    document = start_postmortem(incident_id=incident.pk, actor=actor_of(owner))
    file = Attachment.objects.create(
        postmortem=document, name="log.txt", media_type="text/plain", size=1, sha256="0" * 64
    )
    away = {"postmortem_id": document.pk, "attachment_id": file.pk, "actor": actor_of(owner)}
    holds.place_hold(incident_id=incident.pk, actor=actor_of(owner), reason="A regulator asked.")
    with pytest.raises(Conflict, match="is evidence"):
        take_attachment_away(**away)
    holds.lift_hold(incident_id=incident.pk, by=owner, actor=actor_of(owner), reason="Answered.")
    take_attachment_away(**away)
    assert not Attachment.objects.exists()


def test_a_reminder_tells_who_looks_after_it_and_then_the_managers(
    incident: Incident, teammate: User, owner: User
) -> None:
    start(incident, teammate)
    ClockReminder.objects.filter(kind="hours").update(due_at=clock.now() - timedelta(seconds=5))
    assert reminders.run_due_reminders() == 1
    assert set(Delivery.objects.values_list("user", flat=True)) == {teammate.pk}
    ClockReminder.objects.filter(kind="overdue").update(due_at=clock.now() - timedelta(seconds=5))
    reminders.run_due_reminders()
    told = Delivery.objects.latest("created_at")
    assert set(Delivery.objects.values_list("user", flat=True)) == {teammate.pk, owner.pk}
    assert "Not legal advice" in str(told.message)


def test_nobody_is_reminded_of_what_was_sent(incident: Incident, teammate: User) -> None:
    started = start(incident, teammate)
    services.submit_phase(
        clock_id=started.pk, phase="authority", receipt="x", actor=actor_of(teammate)
    )
    ClockReminder.objects.update(due_at=clock.now() - timedelta(seconds=5))
    reminders.run_due_reminders()
    assert not Delivery.objects.exists()


def test_a_clock_that_is_late_when_it_starts_is_told_at_once(
    incident: Incident, teammate: User
) -> None:
    start(incident, teammate, aware_at=clock.now() - timedelta(hours=90))
    assert ClockReminder.objects.get(state="pending", kind="due").due_at <= clock.now()


def test_a_document_waits_for_the_decision(incident: Incident, owner: User) -> None:
    started = start(incident, owner)

    class _Document:
        def __init__(self, incident: Incident) -> None:
            self.incident = incident

    [told] = undecided(_Document(incident))  # type: ignore[arg-type]
    assert "not reportable" in told
    services.submit_phase(
        clock_id=started.pk, phase="authority", receipt="x", actor=actor_of(owner)
    )
    assert not undecided(_Document(incident))  # type: ignore[arg-type]


def test_two_people_writing_one_draft_lose_nothing(incident: Incident, owner: User) -> None:
    save = {"incident_id": incident.pk, "form": "aiid", "actor": actor_of(owner)}
    drafts.save_draft(values={"title": "What the first wrote"}, **save)  # type: ignore[arg-type]
    with pytest.raises(Conflict):
        drafts.save_draft(values={"title": "The second"}, **save)  # type: ignore[arg-type]
    assert incident.report_drafts.get().fields == {"title": "What the first wrote"}


def test_a_draft_says_what_is_known_and_concludes_nothing(incident: Incident, owner: User) -> None:
    started = start(incident, owner)
    draft = drafts.draft_of(incident=incident, form="authority", user=owner, running=started)
    assert draft.fields["narrative"].startswith("Customer data in answers")
    assert draft.fields["aware_at"].endswith("UTC")
    assert "why_reportable" not in draft.fields
    assert "causal_link" not in draft.fields
    assert "Not legal advice" in drafts.as_text(draft)


def test_the_pages_lead_from_the_incident_to_the_decision(
    incident: Incident, teammate: User, owner: User
) -> None:
    client = sign_in(teammate)
    assert "Regulatory clocks" in client.get(f"/incidents/{incident.ref}/").content.decode()
    asked = {
        "incident": incident.ref,
        "what": "gdpr-33/controller",
        "role": "controller",
        "aware_at": (clock.now() - timedelta(hours=1)).strftime("%Y-%m-%dT%H:%M"),
    }
    address = client.post("/clocks/new/", asked).headers["Location"]
    page = client.get(address).content.decode()
    assert "Not legal advice" in page
    assert "left" in page
    client.post(f"{address}submit/", {"phase": "authority", "receipt": "<script>alert(1)</script>"})
    assert "<script>alert" not in client.get(address).content.decode()
    client.post(f"{address}propose/", {"text": "Nobody's data was concerned."})
    sign_in(owner).post(f"{address}decide/", {"approve": "1"})
    assert RegulatoryClock.objects.get().state == "not_reportable"


def test_what_a_form_gets_wrong_is_said_beside_the_field(teammate: User) -> None:
    answer = sign_in(teammate).post("/clocks/new/", {"incident": "INC-9", "what": "x/y"})
    assert answer.status_code == 422


def test_the_clock_of_a_private_incident_exists_for_its_people_alone(
    owner: User, stranger: User, teammate: User
) -> None:
    secret = make_incident("Secret", private=True, by=owner)
    started = start(secret, owner, rule="eu-ai-act-73", trigger="death", role="provider")
    for client in (sign_in(stranger), sign_in(teammate)):
        assert client.get(f"/clocks/{started.pk}/").status_code == 404
        assert client.get(f"/clocks/{started.pk}/draft/").status_code == 404
        assert client.post(f"/clocks/{started.pk}/submit/", {}).status_code == 404
        assert "Article 73" not in client.get("/clocks/").content.decode()
    assert api_client(stranger).get("/api/v1/clocks/").json()["results"] == []
    ClockReminder.objects.update(due_at=clock.now() - timedelta(seconds=5))
    reminders.run_due_reminders()
    assert set(Delivery.objects.values_list("user", flat=True)) == {owner.pk}


def test_the_api_starts_notes_and_decides(incident: Incident, owner: User, teammate: User) -> None:
    api = api_client(teammate)
    asked = {
        "incident": incident.ref,
        "rule": "california-sb-53",
        "trigger": "imminent",
        "role": "frontier developer",
        "aware_at": (clock.now() - timedelta(hours=2)).isoformat(),
    }
    made = api.post("/api/v1/clocks/", asked)
    assert made.status_code == 201, made.content
    body = made.json()
    assert [phase["key"] for phase in body["phases"]] == ["report", "oes"]
    assert "Not legal advice" in body["notice"]
    address = f"/api/v1/clocks/{body['id']}/"
    assert api.post(f"{address}submit/", {"phase": "oes", "receipt": "OES-1"}).status_code == 200
    assert api.post(f"{address}submit/", {"phase": "nope", "receipt": "x"}).status_code == 404
    assert api.post(f"{address}not-reportable/", {"reasons": "x"}).status_code == 400
    assert api.post(f"{address}not-reportable/", {"reasons": "Not critical."}).status_code == 200
    assert api.post(f"{address}decide/", {"approve": True}).status_code == 403
    done = api_client(owner).post(f"{address}decide/", {"approve": True})
    assert done.json()["state"] == "not_reportable"
    assert api.post("/api/v1/clocks/", {**asked, "incident": "INC-999999"}).status_code == 400
    rules = api.get("/api/v1/clocks/rules/").json()
    assert {"source", "version", "status", "effective"} <= rules[0].keys()
