"""The pages of reports: one question each, whole without data, in a fixed number of queries."""

from __future__ import annotations

import pytest

from accounts.models import Team, User
from catalog.models import System
from reports.catalogue import REPORTS
from reports.models import SavedFilter
from tests.cast import sign_in
from tests.reports.scene import caused, happened

NAMES = [report.name for report in REPORTS]


@pytest.mark.parametrize("name", NAMES)
def test_without_data_a_report_says_so_and_draws_no_zero(stranger: User, name: str) -> None:
    page = sign_in(stranger).get(f"/reports/{name}/").content.decode()
    assert "No data" in page
    assert "<table" not in page


@pytest.mark.parametrize("name", NAMES)
def test_a_report_costs_the_same_with_one_incident_and_with_ten(
    owner: User, system: System, django_assert_max_num_queries, name: str
) -> None:
    client = sign_in(owner)
    for days in range(1, 11):
        caused(happened(days, system, mitigated=30), "drift.covariate")
    client.get(f"/reports/{name}/")
    with django_assert_max_num_queries(12):
        assert client.get(f"/reports/{name}/").status_code == 200


def test_the_list_asks_seven_questions_and_answers_none(stranger: User) -> None:
    page = sign_in(stranger).get("/reports/").content.decode()
    assert all(report.question in page for report in REPORTS)


@pytest.mark.parametrize(
    "query",
    ["period=yesterday", "period=2026-13", "period=0d", "period=9999d", "period=2027-Q1",
     "period=%00", "period=2026-01-31..2026-01-01", "period=0001-01-01..0001-01-02",
     "team=nobody", "team=%00", "period=" + "9" * 500],
)  # fmt: skip
def test_what_cannot_be_read_is_named_and_never_breaks_the_page(owner: User, query: str) -> None:
    answer = sign_in(owner).get(f"/reports/breakage/?{query}")
    if query == "team=%00":
        assert answer.status_code == 200  # nothing is left of it: all teams
        return
    assert answer.status_code == 400
    page = answer.content.decode()
    assert "This period cannot be read" in page or "There is no team" in page


def test_a_cut_that_a_report_has_not_is_refused(owner: User) -> None:
    assert sign_in(owner).get("/reports/breakage/?by=person").status_code == 400
    assert sign_in(owner).get("/reports/breakage/?by=system").status_code == 200


def test_there_is_no_such_report(owner: User) -> None:
    assert sign_in(owner).get("/reports/leaderboard/").status_code == 404


def test_hostile_names_stay_text(owner: User, system: System) -> None:
    System.objects.update(name="<script>alert(1)</script>")
    happened(1, system, mitigated=5)
    page = sign_in(owner).get("/reports/breakage/?by=system").content.decode()
    assert "<script>alert" not in page
    assert "&lt;script&gt;alert(1)" in page


def test_a_filter_is_kept_under_its_name_and_goes_away_again(owner: User, team: Team) -> None:
    client = sign_in(owner)
    asked = {"name": " My  quarter ", "period": "2026-Q3", "team": team.slug}
    client.post("/reports/filters/", {**asked, "next": "/reports/cost/"})
    saved = SavedFilter.objects.get(user=owner)
    assert (saved.name, saved.period, saved.team) == ("My quarter", "2026-Q3", team)
    page = client.get("/reports/cost/").content.decode()
    assert "?period=2026-Q3&amp;team=assistants" in page
    client.post(f"/reports/filters/{saved.pk}/remove/")
    assert not SavedFilter.objects.exists()


def test_nobody_removes_the_filter_of_another(owner: User, stranger: User) -> None:
    sign_in(owner).post("/reports/filters/", {"name": "Mine", "period": "30d"})
    saved = SavedFilter.objects.get()
    answer = sign_in(stranger).post(f"/reports/filters/{saved.pk}/remove/")
    assert answer.status_code == 404
    assert SavedFilter.objects.exists()


def test_after_saving_nobody_is_led_elsewhere(owner: User) -> None:
    asked = {"name": "x", "period": "30d", "next": "https://evil.example/reports/"}
    answer = sign_in(owner).post("/reports/filters/", asked)
    assert answer.headers["Location"] == "/reports/"


def test_a_filter_that_means_nothing_is_not_kept(owner: User) -> None:
    client = sign_in(owner)
    client.post("/reports/filters/", {"name": "x", "period": "soon"})
    client.post("/reports/filters/", {"name": "  ", "period": "30d"})
    assert not SavedFilter.objects.exists()


def test_the_quarterly_review_has_every_question_of_the_last_quarter(
    owner: User, system: System
) -> None:
    happened(70, system, mitigated=30)
    page = sign_in(owner).get("/reports/quarterly/").content.decode()
    assert "Quarterly review: Quarter 3 of 2026" in page
    assert all(report.question in page for report in REPORTS)
