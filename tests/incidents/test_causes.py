"""Causes of incidents: several, contested, with evidence; kept when ruled out."""

from __future__ import annotations

from typing import Any

import pytest

from accounts.models import User
from core.errors import Conflict, Invalid
from incidents import services
from incidents.models import Incident, IncidentCause
from incidents.selectors.causes import causes_of, recurrences
from taxonomy.models import Cause
from taxonomy.selectors import facets
from tests.cast import actor_of, api_client, sign_in
from tests.incidents.cast import make_incident, move

pytestmark = pytest.mark.django_db


def attach(incident: Incident, slug: str = "drift.covariate", **more: Any) -> IncidentCause:
    by = more.pop("by", None) or incident.opened_by
    wanted = {"cause": slug, "role": "contributing", "confidence": "suspected"}
    return services.attach_cause(incident_id=incident.pk, actor=actor_of(by), **{**wanted, **more})


def test_roles_and_confidences_are_the_facets_of_the_taxonomy() -> None:
    known = facets()
    assert [value.slug for value in known["cause_role"]] == IncidentCause.Role.values
    assert [value.slug for value in known["cause_confidence"]] == IncidentCause.Confidence.values


def test_an_incident_has_as_many_causes_as_it_needs_the_surest_first(teammate: User) -> None:
    incident = make_incident(by=teammate)
    attach(incident, "agent.destructive-action", confidence="disputed")
    attach(incident, "agent.excess-permission", confidence="confirmed", role="latent")
    attach(incident, "drift.concept", confidence="ruled-out")
    assert [(row.cause.slug, row.confidence) for row in causes_of(incident)] == [
        ("agent.excess-permission", "confirmed"),
        ("agent.destructive-action", "disputed"),
        ("drift.concept", "ruled-out"),
    ]


def test_the_timeline_tells_each_change_of_mind(teammate: User) -> None:
    incident = make_incident(by=teammate)
    attached = attach(incident, explains="Answers in the **wrong** language")
    services.change_cause(
        incident_id=incident.pk,
        cause_id=attached.pk,
        actor=actor_of(teammate),
        confidence="ruled-out",
    )
    told = [event.text for event in incident.events.filter(kind="cause").order_by("id")]
    assert told == [
        "Tariq Teammate: suspected cause Input distribution drift (contributing): "
        "Answers in the **wrong** language",
        "Tariq Teammate: Input distribution drift from suspected to ruled out (contributing): "
        "Answers in the **wrong** language",
    ]


def test_the_same_cause_in_the_same_role_again_is_one_cause(teammate: User) -> None:
    incident = make_incident(by=teammate)
    first = attach(incident, evidence="PSI 0.4")
    again = attach(incident, confidence="likely")
    assert (first.pk, again.confidence, again.evidence) == (again.pk, "likely", "PSI 0.4")
    attach(incident, role="trigger")
    assert incident.causes.count() == 2


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"cause": "drift.nothing"}, "cause"),
        ({"cause": "drift.\x00"}, "cause"),
        ({"role": "root"}, "role"),
        ({"confidence": "certain"}, "confidence"),
        ({"evidence": "x" * 20_001}, "evidence"),
        ({"explains": "x\x00"}, "evidence"),
    ],
)
def test_what_cannot_be_is_refused_by_field(
    teammate: User, wrong: dict[str, str], field: str
) -> None:
    incident = make_incident(by=teammate)
    wanted = {"cause": "drift.covariate", **wrong}
    with pytest.raises(Invalid) as refused:
        services.attach_cause(incident_id=incident.pk, actor=actor_of(teammate), **wanted)
    assert field in refused.value.errors
    assert not incident.causes.exists()


def test_who_saw_an_older_word_overwrites_nothing(teammate: User) -> None:
    incident = make_incident(by=teammate)
    attached = attach(incident)
    for confidence in ("likely", "confirmed"):
        change = {"confidence": confidence, "expected_version": attached.version}
        if confidence == "confirmed":
            with pytest.raises(Conflict):
                services.change_cause(
                    incident_id=incident.pk,
                    cause_id=attached.pk,
                    actor=actor_of(teammate),
                    **change,
                )
        else:
            services.change_cause(
                incident_id=incident.pk, cause_id=attached.pk, actor=actor_of(teammate), **change
            )
    assert causes_of(incident)[0].confidence == "likely"


def test_only_a_mistake_is_taken_away(teammate: User) -> None:
    incident = make_incident(by=teammate)
    mistake, looked_into = attach(incident), attach(incident, "drift.concept", confidence="likely")
    actor = actor_of(teammate)
    services.remove_cause(incident_id=incident.pk, cause_id=mistake.pk, actor=actor)
    with pytest.raises(Conflict, match="Rule it out instead"):
        services.remove_cause(incident_id=incident.pk, cause_id=looked_into.pk, actor=actor)
    assert causes_of(incident) == [looked_into]


def test_merging_carries_the_causes_over(teammate: User) -> None:
    first, second = make_incident(by=teammate), make_incident(by=teammate)
    attach(first, confidence="confirmed")
    attach(second)
    attach(second, "drift.concept")
    services.merge_incident(incident_id=second.pk, into_id=first.pk, actor=actor_of(teammate))
    assert {(row.cause.slug, row.confidence) for row in causes_of(first)} == {
        ("drift.covariate", "confirmed"),
        ("drift.concept", "suspected"),
    }


def test_the_third_time_is_told_while_the_incident_is_open(teammate: User) -> None:
    for _ in range(2):
        attach(make_incident(by=teammate), confidence="confirmed")
    attach(make_incident(by=teammate, drill=True))
    attach(make_incident(by=teammate), confidence="ruled-out")
    false_alarm = make_incident(by=teammate)
    attach(false_alarm)
    move(false_alarm, "cancelled", teammate, note="A test of the sender.")
    now = make_incident(by=teammate)
    attach(now)
    page = sign_in(teammate).get(f"/incidents/{now.ref}/").content.decode()
    assert "Third incident with this cause in 90 days" in page


def test_private_incidents_of_others_are_not_counted(teammate: User, owner: User) -> None:
    attach(make_incident(by=owner, private=True), by=owner)
    now = make_incident(by=teammate)
    attach(now)
    assert recurrences(teammate, now, causes_of(now)) == []
    assert recurrences(owner, now, causes_of(now))[0].count == 2


def test_the_api_attaches_changes_and_takes_away(teammate: User) -> None:
    incident = make_incident(by=teammate)
    client, address = api_client(teammate), f"/api/v1/incidents/{incident.ref}/causes/"
    body = {
        "cause": "retrieval.index-stale",
        "role": "detection_gap",
        "confidence": "probable",
        "evidence": "Index of 3 November",
    }
    made = client.post(address, body, format="json")
    assert made.status_code == 201
    shown = made.json()
    assert (shown["role"], shown["confidence"]) == ("detection-gap", "likely")
    one = f"{address}{shown['id']}/"
    changed = client.patch(one, {"confidence": "suspected"}, format="json").json()
    assert (changed["confidence"], changed["evidence"]) == ("suspected", "Index of 3 November")
    listed = client.get(f"/api/v1/incidents/{incident.ref}/").json()["causes"]
    assert listed == [
        {"cause": "retrieval.index-stale", "role": "detection-gap", "confidence": "suspected"}
    ]
    stale = {"confidence": "confirmed", "expected_version": 1}
    assert client.patch(one, stale, format="json").status_code == 409
    assert client.delete(one).status_code == 204
    assert client.get(address).json()["results"] == []
    assert client.delete(one).status_code == 404


def test_a_cause_that_is_unknown_is_named_in_the_answer(teammate: User) -> None:
    incident = make_incident(by=teammate)
    address = f"/api/v1/incidents/{incident.ref}/causes/"
    for body in ({"cause": "no.such"}, {}, {"cause": "drift.covariate", "role": "root"}):
        answer = api_client(teammate).post(address, body, format="json")
        assert answer.status_code == 400
        assert set(answer.json()["errors"]) & {"cause", "role"}


def test_incidents_are_found_by_cause_and_by_class_but_not_by_what_was_ruled_out(
    teammate: User,
) -> None:
    found = make_incident("Found", by=teammate)
    attach(found)
    attach(make_incident("Not this", by=teammate), confidence="ruled-out")
    make_incident("Without")
    client = api_client(teammate)
    for slug in ("drift.covariate", "drift"):
        rows = client.get("/api/v1/incidents/", {"cause": slug}).json()["results"]
        assert [row["ref"] for row in rows] == [found.ref]
    assert client.get("/api/v1/incidents/", {"cause": "retrieval"}).json()["results"] == []
    refused = client.get("/api/v1/incidents/", {"cause": "no.such"})
    assert refused.status_code == 400
    assert "cause" in refused.json()["errors"]


def test_the_list_page_keeps_the_cause_and_takes_it_away_by_a_chip(teammate: User) -> None:
    attach(make_incident("Found", by=teammate))
    make_incident("Without")
    page = sign_in(teammate).get("/incidents/?cause=drift.covariate").content.decode()
    assert "Found" in page
    assert "Without" not in page
    assert "Cause: drift.covariate" in page


def test_a_cause_is_named_changed_and_ruled_out_in_the_browser(teammate: User) -> None:
    incident = make_incident(by=teammate)
    client, base = sign_in(teammate), f"/incidents/{incident.ref}/causes/"
    form = {"cause": "drift.covariate", "role": "latent", "confidence": "suspected"}
    assert client.get(f"{base}new/?cause=drift.covariate").status_code == 200
    assert client.post(f"{base}new/", form).headers["Location"] == base
    attached = incident.causes.get()
    said = {"role": "latent", "confidence": "ruled-out", "evidence": "No **shift** since May"}
    client.post(f"{base}{attached.pk}/", said)
    page = client.get(base).content.decode()
    assert "<s>Input distribution drift</s>" in page
    assert "No <strong>shift</strong> since May" in page
    assert "Ruled out" in client.get(f"/incidents/{incident.ref}/").content.decode()


def test_a_reader_may_look_but_not_name(stranger: User, teammate: User) -> None:
    incident = make_incident(by=teammate)
    attached = attach(incident)
    client, base = sign_in(stranger), f"/incidents/{incident.ref}/causes/"
    assert client.get(base).status_code == 200
    for path in ("new/", f"{attached.pk}/", f"{attached.pk}/remove/"):
        assert client.post(f"{base}{path}", {"cause": "drift.concept"}).status_code == 403


def test_hostile_words_about_a_cause_are_only_words(teammate: User) -> None:
    incident = make_incident(by=teammate)
    evil = "<script>alert(1)</script><img src=x onerror=alert(1)> [x](javascript:alert(1))"
    attach(incident, explains=evil, evidence=evil)
    Cause.objects.filter(slug="drift.covariate").update(name=evil[:160])
    for address in ("", "causes/"):
        page = sign_in(teammate).get(f"/incidents/{incident.ref}/{address}").content.decode()
        assert "<script>alert(1)" not in page
        assert "<img" not in page
        assert 'href="javascript' not in page
