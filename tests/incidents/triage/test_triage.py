"""Triage of an incident: classes with checks, ticks, hypotheses, onset, splitting."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import pytest

from accounts.models import User
from alerts.models import Alert
from catalog.models import System
from core import clock
from core.actor import program
from core.errors import Conflict, Invalid, NotFound
from incidents import services as incident_services
from incidents.evidence.services import add_reproduction, add_sample
from incidents.models import Incident, IncidentAlert, IncidentCause
from incidents.people_reports import clusters
from incidents.people_reports.services import Said, take_report
from incidents.selectors.likely import likely_causes
from incidents.triage import onset, services
from incidents.triage.onset import Candidate
from incidents.triage.onset_rules import Onset
from incidents.triage.selectors import pointed_classes
from slos.models import RuleState, Slo
from taxonomy.triage import triages
from tests.cast import actor_of, api_client, make_system, sign_in
from tests.incidents.cast import make_incident, move
from tests.slos.scene import make_slo

pytestmark = pytest.mark.django_db
ITEM = "generation/served"


def attach(incident: Incident, cause: str = "generation.ungrounded-claim") -> IncidentCause:
    return incident_services.attach_cause(
        incident_id=incident.pk, cause=cause, actor=program("Somebody")
    )


def test_what_people_name_and_labels_point_at_brings_its_checklist(
    teammate: User, make_alert: Callable[..., Alert]
) -> None:
    incident = make_incident()
    assert pointed_classes(teammate, make_incident("x")) == []
    alert = make_alert(labels={"failure_class": "drift"})
    IncidentAlert.objects.create(incident=incident, alert=alert)
    attach(incident)
    found = pointed_classes(teammate, incident)
    assert [one.cause_class.slug for one in found[:2]] == ["generation", "drift"]
    assert found[0].because[0].startswith("Somebody named")
    assert found[0].mitigations[-1] == triages()["generation"].mitigations[-1]
    assert found[0].evidence == triages()["generation"].evidence


def test_objectives_that_burn_point_at_what_they_stand_for(
    teammate: User, system: System, make_alert: Callable[..., Alert]
) -> None:
    ours = make_slo(system, "grounded", failure_class="generation.ungrounded-claim")
    make_slo(system, "calm", failure_class="security")
    make_slo(make_system("elsewhere"), "theirs", failure_class="drift.covariate")
    for slo in Slo.objects.exclude(slug="calm"):
        RuleState.objects.create(
            slo=slo, rule="fast", severity="sev2", firing=True, started_at=clock.now()
        )
    incident = make_incident("Something is odd", systems=[system])
    (found,) = pointed_classes(teammate, incident)
    assert found.cause_class.slug == "generation"
    assert found.because == (f"The objective {ours.name} stands for it.",)
    labels = {"slo": "theirs", "failure_class": "drift.covariate"}
    IncidentAlert.objects.create(incident=incident, alert=make_alert(labels=labels))
    found, other = pointed_classes(teammate, incident)[:2]
    assert {found.cause_class.slug, other.cause_class.slug} == {"generation", "drift"}
    assert "A label of its alerts names it." not in found.because + other.because


def test_words_of_reporters_speak_for_a_cause(teammate: User, system: System) -> None:
    incident = make_incident("Something is odd", systems=[system])
    before = {one.slug for one in likely_causes(teammate, incident, [])}
    said = Said("unsupported claim ratio, groundedness score, user corrections")
    report = take_report(system=system, said=said, via="api", reporter="x", actor=program())
    clusters.link_cluster(cluster_id=report.cluster_id, incident_id=incident.pk, actor=program())
    after = likely_causes(teammate, incident, [])
    told = [one for one in after if any("report by a person" in line for line in one.reasons)]
    assert told
    assert {one.slug for one in told} - before


def test_a_tick_is_on_the_timeline_once_and_can_be_taken_back(teammate: User) -> None:
    incident = make_incident()
    attach(incident)
    client = sign_in(teammate)
    for _ in range(2):
        client.post(f"/incidents/{incident.ref}/triage/tick/", {"item": ITEM, "done": "1"})
    assert incident.events.filter(kind="check").count() == 1
    page = client.get(f"/incidents/{incident.ref}/triage/").content.decode()
    assert "1 of 5 checked" in page
    api = api_client(teammate)
    body = {"item": ITEM, "done": False}
    assert (
        api.post(f"/api/v1/incidents/{incident.ref}/triage/", body, format="json").status_code
        == 200
    )
    assert not incident.ticks.exists()
    with pytest.raises(NotFound):
        services.tick_check(incident_id=incident.pk, item="no/such", actor=program())
    assert "1 check made" not in client.get(f"/incidents/{incident.ref}/").content.decode()


def test_a_hypothesis_is_judged_on_findings(teammate: User) -> None:
    incident = make_incident()
    cause = attach(incident)
    add_sample(incident_id=incident.pk, sample={"answer": "x"}, actor=program())
    judge = f"/incidents/{incident.ref}/triage/hypotheses/{cause.pk}/judge/"
    client = sign_in(teammate)
    assert client.post(judge, {"state": "refuted"}).status_code == 409
    client.post(
        f"/incidents/{incident.ref}/triage/hypotheses/{cause.pk}/finding/",
        {"stance": "against", "text": "<b>The passages say so</b>", "sample": "1"},
    )
    assert client.post(judge, {"state": "refuted"}).status_code == 302
    cause.refresh_from_db()
    assert cause.confidence == "ruled-out"
    page = client.get(f"/incidents/{incident.ref}/triage/hypotheses/").content.decode()
    assert "&lt;b&gt;The passages say so" in page
    answer = api_client(teammate).post(
        f"/api/v1/incidents/{incident.ref}/causes/{cause.pk}/findings/",
        {"stance": "maybe", "text": "x"},
        format="json",
    )
    assert answer.status_code == 400


def test_the_guide_sets_a_severity_with_its_reasons(teammate: User) -> None:
    incident = make_incident(severity="sev3")
    client = sign_in(teammate)
    asked = "?harm=rights&reach=many&reversibility=never&autonomy=alone"
    page = client.get(f"/incidents/{incident.ref}/triage/{asked}").content.decode()
    assert "The guide says SEV1" in page
    got = api_client(teammate).get(f"/api/v1/severity-guide/{asked}").json()
    assert got["severity"] == "sev1"
    assert api_client(teammate).get("/api/v1/severity-guide/?harm=x").status_code == 400


def test_an_onset_has_bounds_and_late_truth_moves_it_earlier_only(
    teammate: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    incident = make_incident()
    now = clock.now()

    def seen(hours: int) -> list[Candidate]:
        at = now - timedelta(hours=hours)
        return [Candidate(Onset(at - timedelta(hours=1), at, at), "Groundedness")]

    def look(hours: int) -> int:
        monkeypatch.setattr(services, "candidates", lambda _: seen(hours))
        moved = services.move_onsets()
        incident.refresh_from_db()
        return moved

    monkeypatch.setattr(services, "candidates", lambda _: seen(3))
    services.follow_onset(incident_id=incident.pk, actor=actor_of(teammate))
    move(incident, "resolved")
    assert (look(2), incident.onset_at) == (0, now - timedelta(hours=3))
    assert (look(9), incident.onset_at) == (1, now - timedelta(hours=9))
    with pytest.raises(Invalid):
        services.estimate_onset(incident_id=incident.pk, earliest=now, likeliest=now - timedelta(1),
                                latest=now, basis="x", actor=program())  # fmt: skip
    body = {"earliest": (now - timedelta(days=2)).isoformat(), "likeliest": now.isoformat(),
            "latest": now.isoformat(), "basis": "The log of the proxy"}  # fmt: skip
    answer = api_client(teammate).post(
        f"/api/v1/incidents/{incident.ref}/onset/", body, format="json"
    )
    assert answer.status_code == 201, answer.content
    assert look(20) == 0  # by hand since
    assert sign_in(teammate).get(f"/incidents/{incident.ref}/triage/onset/").status_code == 200
    assert onset.candidates(incident) == []


def test_every_onset_that_follows_the_indicators_has_its_turn(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(services, "LOOKS", 2)
    now = clock.now()
    looked: list[int] = []

    def look(incident: Incident) -> list[Candidate]:
        looked.append(incident.pk)
        return []

    monkeypatch.setattr(services, "candidates", look)
    pks = [make_incident().pk for _ in range(5)]
    for pk in pks:
        services.estimate_onset(incident_id=pk, earliest=now, likeliest=now, latest=now, basis="x",
                                actor=program(), by_hand=False)  # fmt: skip
    for _ in range(5):
        services.move_onsets()
    assert sorted(looked) == sorted(pks * 2)


def test_who_sets_the_onset_while_the_indicators_are_read_is_not_overwritten(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    incident = make_incident()
    now = clock.now()
    earlier = now - timedelta(days=9)
    found = [Candidate(Onset(earlier, earlier, earlier), "Groundedness")]

    def say(at: datetime, *, by_hand: bool) -> None:
        services.estimate_onset(incident_id=incident.pk, earliest=at, likeliest=at, latest=at,
                                basis="x", actor=program(), by_hand=by_hand)  # fmt: skip

    def meanwhile(_: Incident) -> list[Candidate]:
        say(now - timedelta(hours=5), by_hand=True)
        return found

    say(now - timedelta(hours=3), by_hand=False)
    monkeypatch.setattr(services, "candidates", meanwhile)
    assert services.move_onsets() == 0
    incident.refresh_from_db()
    assert incident.onset_at == now - timedelta(hours=5)


def test_two_at_once_are_split(teammate: User, make_alert: Callable[..., Alert]) -> None:
    incident = make_incident(by=teammate, private=True)
    alerts = [make_alert(), make_alert()]
    for alert in alerts:
        IncidentAlert.objects.create(incident=incident, alert=alert)
    cause = attach(incident)
    add_sample(incident_id=incident.pk, sample={"answer": "x"}, actor=program())
    add_reproduction(incident_id=incident.pk, k=1, n=2, sample=1, actor=program())
    form = {"title": "The other one", "severity": "sev2", "alerts": [str(alerts[0].pk)],
            "causes": [cause.pk], "samples": [1]}  # fmt: skip
    answer = sign_in(teammate).post(f"/incidents/{incident.ref}/triage/split/", form)
    new = Incident.objects.exclude(pk=incident.pk).get()
    assert answer.headers["Location"] == f"/incidents/{new.ref}/"
    assert new.private
    assert list(new.alert_links.values_list("alert", flat=True)) == [alerts[0].pk]
    assert new.causes.get() == cause
    assert new.samples.get().number == 1
    assert new.reproductions.get().sample == new.samples.get()
    assert list(incident.alert_links.values_list("alert", flat=True)) == [alerts[1].pk]
    with pytest.raises(Invalid):
        incident_services.split_incident(
            incident_id=incident.pk, title="x", severity="sev3", actor=program()
        )
    move(incident, "resolved")
    with pytest.raises(Conflict):
        incident_services.split_incident(
            incident_id=incident.pk, title="x", severity="sev3", actor=program()
        )
