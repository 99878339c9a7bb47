"""What a reader may not see, no report counts, names, exports or mails."""

from __future__ import annotations

import pytest

from accounts.models import User
from catalog.models import System
from incidents.models import IncidentMember
from postmortems.models import Action
from reports.catalogue import REPORTS
from reports.digest import digest_of
from reports.models import DigestSeat
from reports.services import choose_digest
from tests.cast import api_client, make_system, sign_in
from tests.reports.scene import NOW, caused, happened, over
from tests.reports.test_figures import page


@pytest.fixture
def secret(owner: User, teammate: User) -> System:
    """A private incident with everything on it, of a system of its own; `owner` belongs to it."""
    system = make_system("secret-project")
    incident = happened(2, system, onset=0, mitigated=10, private=True)
    IncidentMember.objects.create(incident=incident, user=owner, because="x")
    caused(incident, "privacy.cross-tenant-leak")
    page(incident, teammate, "2026-11-18T03:00:00Z", took=60)
    Action.objects.create(
        incident=incident, title="x", type="prevent", due_on=NOW.date(), created_at=NOW
    )
    return system


@pytest.mark.parametrize("report", REPORTS, ids=lambda report: report.name)
def test_no_report_counts_a_private_incident_for_others(
    secret: System, stranger: User, report: object
) -> None:
    for by in getattr(report, "by", None) or ("",):
        answer = report.answer(over(stranger, by=by))  # type: ignore[attr-defined]
        assert answer.missing, answer.sentence


@pytest.mark.parametrize("name", ["breakage", "response", "on-call", "cost"])
def test_its_people_see_it(secret: System, owner: User, name: str) -> None:
    report = next(one for one in REPORTS if one.name == name)
    assert not report.answer(over(owner)).missing


def test_neither_the_csv_nor_the_api_tells(secret: System, stranger: User) -> None:
    api = api_client(stranger)
    for report in REPORTS:
        told = api.get(f"/api/v1/reports/{report.name}/?by=").content.decode()
        told += api.get(f"/api/v1/reports/{report.name}/?format=csv").content.decode()
        assert "Secret project" not in told
        assert "cross-tenant" not in told


def test_the_digest_is_written_for_its_reader(secret: System, stranger: User) -> None:
    choose_digest(user=stranger, wanted=True)
    seat = DigestSeat.objects.select_related("user").get()
    facts = dict(digest_of(seat).facts)
    assert facts["What breaks?"].startswith("No incidents were opened")


def test_somebody_deactivated_sees_nothing(secret: System, owner: User) -> None:
    client = sign_in(owner)
    owner.is_active = False
    assert REPORTS[1].answer(over(owner)).missing
    User.objects.filter(pk=owner.pk).update(is_active=False)
    assert client.get("/reports/").status_code == 302
