"""Evidence on incidents: redacted, counted, drawn, held, and for its people alone."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from accounts.models import AuditEntry, User
from alerts.models import RawBody, Receipt, Source
from alerts.services.reports import own_source
from catalog.models import System
from core import clock
from core.actor import program
from core.errors import Conflict, Invalid
from core.ids import new_id
from incidents import services as incident_services
from incidents.evidence import keeping, services
from incidents.evidence.models import EvidenceSample, KeptReceipt
from incidents.models import Incident, IncidentAlert
from incidents.people_reports.services import Said, take_report
from postmortems.clocks.holds import lift_hold, place_hold
from tests.cast import actor_of, api_client, make_user, sign_in
from tests.incidents.cast import make_incident

pytestmark = pytest.mark.django_db
SAMPLE = {
    "prompt": "Where is my order? I am anna@example.org",
    "answer": "<script>alert(1)</script> Order 4711, see https://evil.example/x.png",
    "context": ["Order numbers begin with LM."],
    "tool_calls": [{"name": "lookup", "arguments": {"password": "hunter22x"}}],
    "versions": {"model": "gpt-4.1", "prompt": "v31"},
    "parameters": {"temperature": 0.2},
    "seed": 42,
    "trace_ids": ["4bf92f35"],
}


def add(incident: Incident, **more: Any) -> EvidenceSample:
    return services.add_sample(incident_id=incident.pk, sample={**SAMPLE, **more}, actor=program())


def test_a_sample_is_redacted_at_any_depth_and_shown_as_text(teammate: User) -> None:
    incident = make_incident()
    sample = add(incident)
    kept = json.dumps(sample.shown) + sample.sealed
    assert "anna@example.org" not in kept
    assert "hunter22x" not in kept
    client = sign_in(teammate)
    page = client.get(f"/incidents/{incident.ref}/evidence/samples/1/").content.decode()
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert(1)" not in page
    assert 'src="https://evil' not in page
    assert "temperature: 0.2" in page
    assert client.get(f"/incidents/{incident.ref}/evidence/samples/1/reveal/").status_code == 403


def test_revealing_says_why_before_it_shows() -> None:
    incident = make_incident()
    add(incident)
    client = sign_in(make_user("Mina Manager", "manager"))
    address = f"/incidents/{incident.ref}/evidence/samples/1/reveal/"
    assert "hunter22x" not in client.post(address, {"reason": "hm"}).content.decode()
    assert "hunter22x" in client.post(address, {"reason": "The customer asked us"}).content.decode()
    assert (
        AuditEntry.objects.get(action="sample.reveal").detail["reason"] == "The customer asked us"
    )


@pytest.mark.parametrize(
    ("field", "value", "said"),
    [
        ("seed", "7" * 10_000_000, "at most 200"),
        ("seed", 10**300, "longer than 200"),
        ("answer", "x" * 60_000, "at most 50,000"),
        ("context", ["x" * 40_000] * 10, "256 KiB"),
        ("tool_calls", ["rm"], "list of objects"),
        ("trace_ids", ["x"] * 30, "At most 20"),
        ("prompt", "a\x00b", "cannot be stored"),
        ("surprise", 1, "not a field"),
    ],
)  # fmt: skip
def test_what_is_too_large_or_strange_is_refused_plainly(field: str, value: Any, said: str) -> None:
    with pytest.raises(Invalid) as caught:
        add(make_incident(), **{field: value})
    assert said in json.dumps(caught.value.errors)


def test_the_api_refuses_a_seed_of_ten_megabytes(teammate: User) -> None:
    incident = make_incident()
    body = {"sample": {**SAMPLE, "seed": "7" * 10_000_000}}
    address = f"/api/v1/incidents/{incident.ref}/samples/"
    answer = api_client(teammate).post(address, body, format="json")
    assert answer.status_code == 413
    assert len(answer.content) < 2_000
    body = {"sample": {**SAMPLE, "seed": "7" * 100_000}}
    answer = api_client(teammate).post(address, body, format="json")
    assert answer.json()["errors"]["seed"] == [
        "Is 100,000 characters long; at most 200 are a seed."
    ]


def test_a_file_of_samples_is_kept_whole_or_not_at_all(teammate: User) -> None:
    incident = make_incident()
    client = sign_in(teammate)
    address = f"/incidents/{incident.ref}/evidence/samples/new/"
    rows = [{"input": "a", "output": "b"}, {"question": "c", "response": "d"}]
    data = "\n".join(json.dumps(row) for row in rows).encode()
    assert client.post(address, {"file": SimpleUploadedFile("s.jsonl", data)}).status_code == 302
    assert [row.shown["prompt"] for row in incident.samples.all()] == ["a", "c"]
    for bad in (b'{"input": "a"}\n{"seed": [1]}', b"{", b"\xff\xff", b"[1]"):
        answer = client.post(address, {"file": SimpleUploadedFile("s.jsonl", bad)})
        assert answer.status_code == 422
    assert incident.samples.count() == 2
    assert client.post(address, {"answer": "By hand", "versions": "model: m1"}).status_code == 302
    assert incident.samples.get(number=3).shown["versions"] == {"model": "m1"}


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        (rb'{"answer": "a\ud800b"}', "a\N{REPLACEMENT CHARACTER}b"),
        (rb'{"answer": "a", "seed": "\u0000"}', "a"),
        (rb'{"answer": "a", "title": "\udc00", "versions": {"\ud800": "x"}}', "a"),
        (rb'{"answer": "a", "tool_calls": [{"a": NaN, "b": 1e999, "c": "\\u0000"}]}', "a"),
        (b'{"answer": "a", "tool_calls": [{"a": ' + b"[" * 700 + b"]" * 700 + b"}]}", None),
    ],
)
def test_a_file_of_what_cannot_be_stored_is_read_or_refused(
    given: bytes, kept: str | None, teammate: User
) -> None:
    incident = make_incident()
    address = f"/incidents/{incident.ref}/evidence/samples/new/"
    answer = sign_in(teammate).post(address, {"file": SimpleUploadedFile("s.json", given)})
    assert answer.status_code == (302 if kept else 422)
    assert [row.shown["answer"] for row in incident.samples.all()] == ([kept] if kept else [])


def test_tries_counts_and_reports_stand_on_the_page(teammate: User) -> None:
    incident = make_incident()
    add(incident)
    client, api = sign_in(teammate), api_client(teammate)
    base, page = f"/api/v1/incidents/{incident.ref}", f"/incidents/{incident.ref}/evidence/"
    tried = api.post(f"{base}/tries/", {"k": 3, "n": 20, "sample": 1}, format="json")
    assert tried.status_code == 201, tried.content
    assert tried.json()["low"] == pytest.approx(0.0524, abs=1e-3)
    assert client.post(f"{page}tries/", {"n": 5, "k": 6}).status_code == 422
    form = {"what": "people", "bound": "least", "count": 120, "of": 4000, "basis": "Order log"}
    assert client.post(f"{page}affected/", form).status_code == 302
    again = api.post(f"{base}/affected/", {**form, "count": 5, "of": 3}, format="json")
    assert again.json()["errors"]["of"]
    report = {"report": {"overall": {"rate": 0.4}, "by_group": {"rate": {"<b>w</b>": 0.3}}}}
    assert api.post(f"{base}/evidence-reports/", report, format="json").status_code == 201
    assert api.post(f"{base}/evidence-reports/", report, format="json").status_code == 201
    shown = client.get(page).content.decode()
    for text in (
        "3 of 20: 15% (5% to 36%)",
        "at least 120 of 4000",
        "&lt;b&gt;w&lt;/b&gt;",
        "<svg",
    ):
        assert text in shown
    assert incident.evidence_reports.count() == 1
    assert incident.events.filter(kind="evidence").count() == 4


def test_a_report_by_a_person_becomes_a_sample(system: System) -> None:
    report = take_report(system=system, said=Said("Wrong", "Write to a@example.org", version="v1"),
                         via="api", reporter="x", actor=program())  # fmt: skip
    incident = make_incident()
    sample = services.add_sample_of_report(
        incident_id=incident.pk, report_id=report.pk, actor=program()
    )
    assert sample.shown["versions"] == {"system": "v1"}
    assert "a@example.org" not in sample.shown["answer"]
    assert sample.found == {"e-mail": 1}


def test_held_evidence_is_not_taken_off_forgotten_or_dropped(make_alert: Any) -> None:
    incident = make_incident()
    sample = add(incident)
    EvidenceSample.objects.update(added_at=clock.now() - services.KEEP - timedelta(days=1))
    source = Source.objects.get(slug="prod")
    receipt = Receipt.objects.create(source=source, format="alertmanager", body=b"{}", headers={})
    alert = make_alert(first_receipt_id=receipt.pk, last_receipt_id=receipt.pk)
    IncidentAlert.objects.create(incident=incident, alert=alert)
    assert keeping.keep_held_receipts() == 0
    place_hold(incident_id=incident.pk, actor=program(), reason="A regulator asks.")
    with pytest.raises(Conflict, match="A regulator asks"):
        services.remove_sample(incident_id=incident.pk, number=sample.number, actor=program())
    assert services.forget_whole_samples() == 0
    assert keeping.keep_held_receipts() == 1
    assert keeping.keep_held_receipts() == 0
    assert bytes(KeptReceipt.objects.get().body) == b"{}"


def test_copies_go_as_their_originals_when_the_hold_has_ended(owner: User) -> None:
    incident, held = make_incident(), make_incident()
    now = clock.now()
    place_hold(incident_id=held.pk, actor=program(), reason="A regulator asks.")
    fresh = RawBody.objects.create(
        receipt_id=new_id(), source=own_source(), sealed="raw", delete_at=now
    )
    place_hold(incident_id=incident.pk, actor=program(), reason="A regulator asks.")
    for one, days, receipt in (
        (incident, 40, new_id()), (incident, 4, new_id()), (incident, 1, fresh.receipt_id),
        (held, 40, new_id()),
    ):  # fmt: skip
        KeptReceipt.objects.create(
            incident=one, receipt_id=receipt, received_at=now - timedelta(days=days),
            source_slug="prod", format="alertmanager", body=b"{}", sealed="raw",
        )  # fmt: skip
    assert keeping.drop_kept_receipts() == 0
    assert not KeptReceipt.objects.filter(sealed="").exists()
    lift_hold(incident_id=incident.pk, by=owner, actor=actor_of(owner), reason="All was told.")
    assert keeping.drop_kept_receipts() == 1
    left = KeptReceipt.objects.order_by("received_at").values_list("incident", "sealed")
    assert list(left) == [(held.pk, "raw"), (incident.pk, ""), (incident.pk, "raw")]


def test_evidence_of_a_private_incident_is_for_its_people(owner: User, stranger: User) -> None:
    incident = make_incident(by=owner, private=True)
    add(incident)
    assert sign_in(stranger).get(f"/incidents/{incident.ref}/evidence/").status_code == 404
    for name in ("samples", "tries", "affected", "evidence-reports"):
        answer = api_client(stranger).get(f"/api/v1/incidents/{incident.ref}/{name}/")
        assert answer.status_code == 404


def test_evidence_goes_along_when_incidents_are_merged(owner: User) -> None:
    source, target = make_incident(), make_incident()
    for incident in (source, target):
        add(incident)
    incident_services.merge_incident(
        incident_id=source.pk, into_id=target.pk, actor=actor_of(owner)
    )
    assert [row.number for row in target.samples.all()] == [1, 2]


def test_held_evidence_does_not_go_over_to_an_incident_that_is_not_held(owner: User) -> None:
    held, other = make_incident(), make_incident()
    add(held)
    place_hold(incident_id=held.pk, actor=program(), reason="A regulator asks.")
    with pytest.raises(Conflict, match="A regulator asks"):
        incident_services.merge_incident(
            incident_id=held.pk, into_id=other.pk, actor=actor_of(owner)
        )
    with pytest.raises(Conflict, match="A regulator asks"):
        incident_services.split_incident(
            incident_id=held.pk, title="Other", severity="sev3", samples=[1], actor=actor_of(owner)
        )
    incident_services.merge_incident(incident_id=other.pk, into_id=held.pk, actor=actor_of(owner))
    assert held.samples.count() == 1
