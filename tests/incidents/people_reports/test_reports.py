"""Reports by people: taken, clustered, alerting when many say the same, shown to who may see."""

from __future__ import annotations

import io
import json
from datetime import timedelta
from typing import Any

import pytest
from django.core.handlers.asgi import ASGIRequest
from django.test import Client

from accounts.models import AuditEntry, User
from accounts.selectors import audit_entries
from alerts import absorb
from alerts.models import Alert, Receipt, Source
from catalog.models import System
from core import clock
from core.actor import program
from core.errors import Invalid
from incidents.models import Incident
from incidents.people_reports import clusters, services
from incidents.people_reports.models import PeopleReport, ReportCluster
from incidents.people_reports.public_views import public_form
from incidents.people_reports.services import Said, TooFast, take_report
from incidents.services import set_private
from postmortems.clocks.holds import lift_hold, place_hold
from tests.cast import actor_of, api_client, make_user, sign_in
from tests.incidents.cast import make_incident

pytestmark = pytest.mark.django_db
TEXT = "It invented an order number that does not exist"


def say(system: System, text: str = TEXT, who: str = "anna", **more: Any) -> PeopleReport:
    options = {name: more.pop(name) for name in ("at", "receipt_id", "alerted") if name in more}
    return take_report(
        system=system, said=Said(text=text, **more), via="api", reporter=who, actor=program(),
        **options,
    )  # fmt: skip


def work_off() -> None:
    """Due by the clock of the transaction that the test runs in."""
    Receipt.objects.update(due_at=clock.now() - timedelta(hours=1))
    absorb.absorb_due()


def test_reports_that_say_the_same_meet_and_say_why(system: System) -> None:
    first = say(system, version="v31")
    second = say(system, "Again an invented order number, it doesn't exist", "ben", version="v31")
    assert second.cluster == first.cluster
    assert {"invent", "number", "order"} <= set(second.shared)
    assert say(system, version="v30").cluster != first.cluster
    assert say(system, "Answers in French to a German", version="v31").cluster != first.cluster
    first.cluster.refresh_from_db()
    assert first.cluster.count == 2
    assert "Shares" in services.explain(second, first.cluster.words)


def test_enough_people_make_one_alert_and_its_incident_is_found(system: System) -> None:
    services.save_rule(system=system, people=3, within_minutes=60, severity="sev3", actor=program())
    for _ in range(4):
        say(system)  # one angry person is one person
    assert not Receipt.objects.exists()
    say(system, who="ben", severity="sev2")
    for number in range(3):
        cluster = say(system, who=f"person {number}").cluster
    assert Receipt.objects.count() == 1
    work_off()
    alert = Alert.objects.get()
    assert "3 people report wrong answers of Checkout assistant" in alert.title
    assert (alert.severity, alert.system) == ("sev2", system)
    incident = Incident.objects.get()
    assert clusters.link_alerted() == 1
    cluster.refresh_from_db()
    assert cluster.incident == incident
    assert clusters.link_alerted() == 0


def test_a_dismissed_cluster_counts_and_alerts_nobody(system: System) -> None:
    cluster = say(system).cluster
    clusters.dismiss_cluster(cluster_id=cluster.pk, reason="It was a test page.", actor=program())
    for number in range(5):
        say(system, who=f"person {number}")
    assert not Receipt.objects.exists()
    cluster.refresh_from_db()
    assert cluster.count == 6
    with pytest.raises(Invalid):
        clusters.dismiss_cluster(cluster_id=cluster.pk, reason=" ", actor=program())


def test_what_a_source_delivers_is_clustered_once_and_answers_alert_nobody(system: System) -> None:
    source = Source.objects.create(slug="desk", name="Desk", format="report", system=system)
    for body in ({"kind": "answer", "text": TEXT, "answer": "Order 4711"}, {"text": TEXT}):
        Receipt.objects.create(source=source, format="report", body=json.dumps(body).encode(),
                               headers={}, state=Receipt.State.NEW)  # fmt: skip
    work_off()
    assert Alert.objects.count() == 1
    assert ReportCluster.objects.get().count == 2
    report = PeopleReport.objects.exclude(answer="").get()
    assert say(system, receipt_id=report.receipt_id) == report


def test_personal_data_is_redacted_and_revealed_to_a_manager_who_says_why(system: System) -> None:
    report = say(system, answer="Write to anna@example.org, password: hunter22")
    assert "anna@example.org" not in report.answer
    assert "hunter22" not in report.answer + report.sealed
    manager = make_user("Mina Manager", "manager")
    address = f"/incidents/reports/reveal/{report.pk}/"
    client = sign_in(manager)
    assert "anna@example.org" not in client.post(address, {"reason": "why"}).content.decode()
    shown = client.post(address, {"reason": "To find the customer who was told"})
    assert "anna@example.org" in shown.content.decode()
    assert AuditEntry.objects.get(action="report.reveal").detail["reason"].startswith("To find")
    assert sign_in(make_user("Rita", "responder")).get(address).status_code == 403


def test_the_whole_is_forgotten_unless_its_evidence_is_held(system: System, owner: User) -> None:
    old = clock.now() - clusters.KEEP - timedelta(days=1)
    report = say(system, answer="anna@example.org", at=old)
    incident = make_incident()
    clusters.link_cluster(cluster_id=report.cluster_id, incident_id=incident.pk, actor=program())
    place_hold(incident_id=incident.pk, actor=program(), reason="A regulator asks.")
    assert clusters.forget_whole_reports() == 0
    lift_hold(incident_id=incident.pk, by=owner, actor=actor_of(owner), reason="All was told.")
    assert clusters.forget_whole_reports() == 1


def test_reports_of_a_held_incident_are_neither_taken_off_nor_given_to_another(
    system: System, owner: User
) -> None:
    report = say(system)
    held, other = make_incident(), make_incident()
    pk = report.cluster_id
    clusters.link_cluster(cluster_id=pk, incident_id=held.pk, actor=program())
    place_hold(incident_id=held.pk, actor=program(), reason="A regulator asks.")
    script, address = api_client(owner), f"/api/v1/report-clusters/{pk}/link/"
    for incident in (None, other.ref):
        refused = script.post(address, {"incident": incident}, format="json")
        assert refused.status_code == 409, refused.content
        assert "A regulator asks" in refused.content.decode()
    page = sign_in(owner).post(f"/incidents/reports/{pk}/unlink/", follow=True)
    assert "A regulator asks" in page.content.decode()
    assert ReportCluster.objects.get(pk=pk).incident == held
    lift_hold(incident_id=held.pk, by=owner, actor=actor_of(owner), reason="All was told.")
    assert script.post(address, {"incident": other.ref}, format="json").status_code == 200


def test_reports_of_a_private_incident_are_for_its_people(
    system: System, owner: User, stranger: User
) -> None:
    cluster = say(system).cluster
    incident = clusters.declare_from_cluster(
        cluster_id=cluster.pk, title="Invented orders", severity="sev3", actor=actor_of(owner)
    )
    cluster.refresh_from_db()
    assert incident.onset_at == cluster.first_at
    assert api_client(stranger).get(f"/api/v1/report-clusters/{cluster.pk}/").status_code == 200
    set_private(incident_id=incident.pk, private=True, actor=actor_of(owner))
    for client in (api_client(stranger),):
        assert client.get(f"/api/v1/report-clusters/{cluster.pk}/").status_code == 404
        assert client.get("/api/v1/people-reports/").json()["results"] == []
        assert client.get("/api/v1/report-clusters/?state=all").json()["results"] == []
    body = {"system": system.slug, "text": TEXT}
    made = api_client(stranger).post("/api/v1/people-reports/", body, format="json").json()
    assert (made["cluster"], made["likeness"], made["shared"]) == (None, None, [])
    form = {**body, "severity": "sev3"}
    assert (
        sign_in(stranger)
        .post("/incidents/reports/new/", form)
        .headers["Location"]
        .endswith("/incidents/reports/")
    )
    shown = sign_in(owner).get(f"/incidents/reports/{cluster.pk}/").content.decode()
    assert incident.ref in shown


def test_the_trail_tells_nobody_else_of_reports_of_a_private_incident(
    system: System, owner: User
) -> None:
    report = say(system, answer="anna@example.org")
    incident = make_incident(by=owner)
    clusters.link_cluster(cluster_id=report.cluster_id, incident_id=incident.pk, actor=program())
    manager = make_user("Mina Manager", "manager")
    reason = {"reason": "To find the customer", "by": manager, "actor": actor_of(manager)}
    clusters.reveal_report(report_id=report.pk, **reason)
    clusters.dismiss_cluster(cluster_id=report.cluster_id, reason="No fault", actor=program())
    told = {"report.reveal", "report_cluster.dismiss"}

    def seen() -> set[str]:
        return told & set(audit_entries(manager).values_list("action", flat=True))

    assert seen() == told
    set_private(incident_id=incident.pk, private=True, actor=actor_of(owner))
    assert seen() == set()


def test_a_viewer_reports_and_only_responders_act(system: System, stranger: User) -> None:
    client = sign_in(stranger)
    answer = client.post(
        "/incidents/reports/new/",
        {"system": system.slug, "severity": "sev3", "text": "<script>alert(1)</script> wrong"},
    )
    cluster = ReportCluster.objects.get()
    assert answer.headers["Location"] == f"/incidents/reports/{cluster.pk}/"
    page = client.get(answer.headers["Location"]).content.decode()
    assert "&lt;script&gt;alert(1)" in page
    assert "<script>alert" not in page
    assert (
        client.post(f"/incidents/reports/{cluster.pk}/dismiss/", {"reason": "x"}).status_code == 403
    )
    assert "&lt;script&gt;" in client.get("/incidents/reports/?q=wrong").content.decode()
    assert client.get(f"/systems/{system.slug}/").status_code == 200


def test_the_api_takes_reports_and_acts_on_clusters(system: System, owner: User) -> None:
    client = api_client(owner)
    body = {"system": system.slug, "text": TEXT, "version": "v31", "trace_id": "4bf9"}
    made = client.post("/api/v1/people-reports/", body, format="json")
    assert made.status_code == 201, made.content
    pk = made.json()["cluster"]
    long = client.post("/api/v1/people-reports/", {**body, "text": "x" * 5_000}, format="json")
    assert long.json()["errors"]["text"]
    incident = make_incident()
    linked = client.post(
        f"/api/v1/report-clusters/{pk}/link/", {"incident": incident.ref}, format="json"
    )
    assert linked.json()["incident"] == incident.ref
    assert Incident.objects.get().events.filter(text__contains="linked 1 report").exists()
    again = client.post(
        f"/api/v1/report-clusters/{pk}/declare/", {"title": "x", "severity": "sev3"}, format="json"
    )
    assert again.status_code == 409
    assert (
        client.post(
            f"/api/v1/report-clusters/{pk}/link/", {"incident": None}, format="json"
        ).json()["incident"]
        is None
    )
    rule = client.put(f"/api/v1/systems/{system.slug}/report-rule/", {"people": 5}, format="json")
    assert rule.json() == {"people": 5, "within_minutes": 60, "severity": "sev3"}


@pytest.fixture
def form(system: System, owner: User) -> str:
    made = sign_in(owner).post(
        f"/incidents/reports/forms/{system.slug}/new/", {"name": "Help centre", "per_hour": 3}
    )
    key = made.content.decode().split("/report/")[1].split("/")[0]
    return f"/report/{key}/"


def test_a_public_form_takes_reports_in_a_frame_and_shows_nothing(
    system: System, form: str
) -> None:
    client = Client(enforce_csrf_checks=True)
    page = client.get(form + "?version=v31&trace_id=4bf9")
    assert page.status_code == 200
    assert "frame-ancestors *" in page.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in page.headers
    assert not page.cookies
    data = {"text": TEXT, "severity": "sev3", "version": "v31", "trace_id": "4bf9"}
    assert client.post(form, data).status_code == 202
    json_body = client.post(form, {"text": TEXT}, content_type="application/json")
    assert json_body.status_code == 202
    assert json_body.headers["Access-Control-Allow-Origin"] == "*"
    assert client.post(form, {"text": ""}).status_code == 422
    report = PeopleReport.objects.get(trace_id="4bf9")
    assert (report.cluster.version, report.via, report.by) == ("v31", "form", None)


def test_a_public_form_reads_what_cannot_be_stored(form: str) -> None:
    client = Client()
    body = rb'{"text": "a\ud800b", "version": "\udc00", "trace_id": "\u0000", "contact": "\ud800"}'
    assert client.post(form, body, content_type="application/json").status_code == 202
    assert PeopleReport.objects.get().text == "a\N{REPLACEMENT CHARACTER}b"
    deep = b'{"text": ' + b"[" * 90_000 + b"]" * 90_000 + b"}"
    assert client.post(form, deep, content_type="application/json").status_code == 422


def test_a_public_form_has_a_limit_and_an_end(system: System, form: str, owner: User) -> None:
    client = Client()
    for _ in range(3):
        assert client.post(form, {"text": TEXT}).status_code == 202
    slow = client.post(form, {"text": TEXT})
    assert (slow.status_code, slow.headers["Retry-After"]) == (429, "60")
    assert client.post(form, {"text": "x" * 300_000}).status_code == 413
    in_chunks = {"type": "http", "method": "POST", "path": form,
                 "headers": [(b"content-type", b"application/json")]}  # fmt: skip
    request = ASGIRequest(in_chunks, io.BytesIO(b"x" * 300_000))
    assert public_form(request, form.split("/")[2]).status_code == 413
    pk = system.report_links.get().pk
    sign_in(owner).post(f"/incidents/reports/forms/{system.slug}/{pk}/revoke/")
    assert client.post(form, {"text": TEXT}).status_code == 404
    assert client.get("/report/aire_rep_nonsense/").status_code == 404


def test_one_person_is_slowed_down(system: System) -> None:
    for _ in range(services.PER_MINUTE):
        say(system)
    with pytest.raises(TooFast):
        say(system)
    say(system, who="ben")
