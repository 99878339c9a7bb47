"""Figures by API and CSV: with definitions, as data, and never as a formula."""

from __future__ import annotations

import csv
import io

import pytest

from accounts.models import User
from catalog.models import System
from reports.csv_text import cell
from tests.cast import api_client
from tests.reports.scene import happened


def test_every_number_of_the_api_comes_with_its_definition(owner: User, system: System) -> None:
    happened(1, system, onset=0, mitigated=10)
    api = api_client(owner, "read")
    for report in api.get("/api/v1/reports/").json():
        body = api.get(f"/api/v1/reports/{report['name']}/").json()
        for figure in body["figures"]:
            assert len(figure["definition"]) > 10, figure
        for column in body["columns"]:
            numeric = any(isinstance(row[column["key"]], int | float) for row in body["rows"])
            assert column["definition"] or not numeric, column


def test_the_csv_is_the_table_as_data(owner: User, system: System) -> None:
    happened(1, system, onset=0, mitigated=10)
    answer = api_client(owner).get("/api/v1/reports/cost/?format=csv&period=30d")
    assert answer.headers["Content-Type"] == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"] == 'attachment; filename="cost-30d.csv"'
    heading, first = csv.reader(io.StringIO(answer.content.decode()))
    assert heading[:3] == ["System", "Incidents", "Time with impact (s)"]
    assert first[:3] == ["Checkout assistant", "1", "600"]


HOSTILE = ["=1+1", "+1", "-1+1", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", '=HYPERLINK("x")', " =1",
           "=cmd|' /C calc'!A0", "|calc", "%0A=1"]  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE)
def test_no_cell_becomes_a_formula(owner: User, system: System, text: str) -> None:
    assert cell(text).startswith("'")
    happened(1, system, onset=0, mitigated=10)
    System.objects.update(name=text)
    body = api_client(owner).get("/api/v1/reports/cost/?format=csv").content.decode()
    [row] = list(csv.reader(io.StringIO(body, newline="")))[1:]
    assert row[0] == f"'{text}"


def test_quotes_commas_and_lines_survive(owner: User, system: System) -> None:
    happened(1, system, onset=0, mitigated=10)
    System.objects.update(name='A "b", c\nd')
    body = api_client(owner).get("/api/v1/reports/cost/?format=csv").content.decode()
    [row] = list(csv.reader(io.StringIO(body, newline="")))[1:]
    assert row[0] == 'A "b", c\nd'


@pytest.mark.parametrize("query", ["period=soon", "team=nobody", "by=person", "format=xml"])
def test_a_wrong_question_is_a_problem_that_names_it(owner: User, query: str) -> None:
    answer = api_client(owner).get(f"/api/v1/reports/breakage/?{query}")
    assert answer.status_code in (400, 404)
    assert answer.headers["Content-Type"] == "application/problem+json"
    if query != "format=xml":
        assert query.partition("=")[0] in answer.json()["errors"]


def test_reports_cannot_be_written(owner: User) -> None:
    assert api_client(owner).post("/api/v1/reports/cost/", {}).status_code == 405
    assert api_client(owner).get("/api/v1/reports/nothing/").status_code == 404
