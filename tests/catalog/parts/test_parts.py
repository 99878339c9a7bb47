"""Parts of a system: kept in step by changes, by files, by forms, and by what answers."""

from __future__ import annotations

from datetime import timedelta
from textwrap import dedent
from typing import Any

import pytest

from accounts.models import User
from aire_web.config.applying import Outcome, apply_files
from aire_web.config.files import File
from catalog.models import Change, System, SystemPart
from catalog.services import change_system, record_change, record_served
from core import clock
from core.errors import Invalid
from tests.cast import TESTER, api_client, make_system, sign_in

pytestmark = pytest.mark.django_db

MODEL = {"kind": "model", "name": "answers", "version": "larch-4-07"}


def told(system: System, kind: str, version: str, **more: Any) -> Change:
    return record_change(
        system=system, kind=kind, version=version, summary=f"{kind} {version}",
        actor=TESTER, **more,
    )  # fmt: skip


def versions(system: System) -> dict[str, str]:
    return dict(SystemPart.objects.filter(system=system).values_list("name", "version"))


def test_a_change_moves_its_part_and_an_older_one_does_not_move_it_back(system: System) -> None:
    change_system(slug=system.slug, parts=[MODEL, {"kind": "prompt", "name": "p"}], actor=TESTER)
    now = clock.now() + timedelta(seconds=60)
    told(system, "model", "larch-5", occurred_at=now)
    told(system, "model", "larch-3", occurred_at=now - timedelta(days=9))
    told(system, "prompt", "p2", took_effect=False)
    assert versions(system) == {"answers": "larch-5", "p": ""}


def test_what_a_form_or_file_moves_becomes_a_change_that_suspects_see(system: System) -> None:
    change_system(slug=system.slug, parts=[MODEL], actor=TESTER)
    assert not Change.objects.exists()
    change_system(slug=system.slug, parts=[{**MODEL, "version": "larch-5"}], actor=TESTER)
    change = Change.objects.get()
    assert (change.kind, change.previous_version, change.version) == (
        "model", "larch-4-07", "larch-5",
    )  # fmt: skip
    change_system(slug=system.slug, parts=[{**MODEL, "version": None}], actor=TESTER)
    assert versions(system) == {"answers": "larch-5"}


@pytest.mark.parametrize(
    "parts",
    [
        [{"kind": "soul", "name": "x"}],
        [{"kind": "model", "name": ""}],
        [MODEL, MODEL],
        [{**MODEL, "url": "javascript:alert(1)"}],
        [{**MODEL, "name": f"n{number}"} for number in range(61)],
    ],
)
def test_parts_that_make_no_sense_are_refused(system: System, parts: list[Any]) -> None:
    with pytest.raises(Invalid) as refused:
        change_system(slug=system.slug, parts=parts, actor=TESTER)
    assert set(refused.value.errors) == {"parts"}


def test_a_provider_that_answers_with_another_version_is_a_change(system: System) -> None:
    change_system(slug=system.slug, parts=[MODEL], actor=TESTER)
    first = record_served(system=system, served="larch-4-07", actor=TESTER)
    assert (first.served_state, Change.objects.count()) == ("same", 0)
    moved = record_served(system=system, served="larch-4-09", actor=TESTER)
    record_served(system=system, served="larch-4-09", actor=TESTER)
    change = Change.objects.get()
    assert (change.kind, change.previous_version, change.version) == (
        "provider", "larch-4-07", "larch-4-09",
    )  # fmt: skip
    assert (moved.served_state, moved.version) == ("differs", "larch-4-07")


def test_which_of_several_models_answered_has_to_be_said(
    system: System, teammate: User, stranger: User
) -> None:
    change_system(slug=system.slug, parts=[MODEL, {"kind": "model", "name": "judge"}], actor=TESTER)
    path = f"/api/v1/systems/{system.slug}/served/"
    client = api_client(teammate)
    refused = client.post(path, {"served": "x"}, format="json")
    assert (refused.status_code, list(refused.json()["errors"])) == (400, ["part"])
    answer = client.post(path, {"served": "x", "part": "judge"}, format="json")
    assert answer.json()["served"] == "x"
    assert api_client(stranger).post(path, {"served": "x"}, format="json").status_code == 403


def applied(spec: str) -> Outcome:
    text = dedent(
        """\
        apiVersion: aire/v1
        kind: System
        metadata: {name: search, displayName: Search}
        spec:
          kind: rag
        """
    ) + "".join(f"  {line}\n" for line in dedent(spec).splitlines())
    return apply_files([File("s.yaml", text.encode())], env={}, actor=TESTER)


DEPTH = """
    trafficShare: 0.05
    autonomy: advises
    intendedUse: Finding passages.
    contacts: [{name: Desk, address: desk@larch.example}]
    parts:
      - {kind: index, name: passages}
      - {kind: model, name: embeddings, version: b-2}
    kpis: [{name: orders, unit: orders}]
    """


def test_a_file_keeps_the_versions_that_it_does_not_name() -> None:
    assert applied(DEPTH).applied
    system = System.objects.get(slug="search")
    told(system, "index", "i-9")
    again = applied(DEPTH)
    assert [step.verb for step in again.plan.saves] == ["unchanged"], again
    assert versions(system) == {"passages": "i-9", "embeddings": "b-2"}
    assert [step.verb for step in applied("tier: 1\n").plan.saves] == ["update"]
    assert versions(system) == {"passages": "i-9", "embeddings": "b-2"}


def test_a_circle_of_dependencies_is_told_plainly_when_it_is_made(owner: User) -> None:
    make_system("search", kind="rag", name="Search")
    make_system("planner", name="Planner", depends_on=["search"])
    outcome = applied("dependsOn: [planner]\n")
    assert outcome.applied
    assert [line.sentence for line in outcome.warnings] == [
        "It depends on itself: Search → Planner → Search."
    ]
    page = sign_in(owner).get("/systems/planner/").content.decode()
    assert "Planner → Search → Planner" in page
    told = api_client(owner).get("/api/v1/systems/search/dependencies/").json()
    assert told["circle"] == ["Search", "Planner", "Search"]


def test_the_form_says_the_same_as_the_files(system: System, owner: User) -> None:
    browser = sign_in(owner)
    form = {
        "name": system.name, "kind": "llm", "tier": "1", "stage": "canary",
        "traffic_percent": "5", "autonomy": "advises", "intended_use": "Orders only",
        "parts": "model | answers | larch-4 | https://m.example.org | temperature = 0.2; top_p = 1",
        "contacts": "Desk | desk@larch.example",
    }  # fmt: skip
    assert browser.post(f"/systems/{system.slug}/edit/", form).status_code == 302
    system.refresh_from_db()
    part = system.parts.get()
    assert (system.traffic_share, system.autonomy) == (0.05, "advises")
    assert part.settings == {"temperature": "0.2", "top_p": "1"}
    assert system.contacts == [{"name": "Desk", "address": "desk@larch.example"}]
    again = browser.get(f"/systems/{system.slug}/edit/").content.decode()
    assert form["parts"] in again
    refused = browser.post(f"/systems/{system.slug}/edit/", {**form, "parts": "model"})
    assert "divided by" in refused.content.decode()


def test_the_form_takes_back_no_version_that_came_while_it_was_open(
    system: System, owner: User
) -> None:
    settings = {"stop": "one; two"}  # what a line cannot say is no obstacle either
    change_system(slug=system.slug, parts=[{**MODEL, "settings": settings}], actor=TESTER)
    browser, path = sign_in(owner), f"/systems/{system.slug}/edit/"
    asked = browser.get(path).context["form"]
    values = {name: asked[name].value() for name in asked.fields}
    shown = {name: "" if value is None else value for name, value in values.items()}
    record_change(system=system, kind="model", version="larch-5", summary="New", actor=TESTER)
    seen = {f"initial-{name}": value for name, value in shown.items()}
    form = {**shown, **seen, "name": "Renamed"}
    assert browser.post(path, form).status_code == 302
    system.refresh_from_db()
    part = system.parts.get()
    assert (system.name, part.version, part.settings) == ("Renamed", "larch-5", settings)


def test_a_part_is_found_by_its_version_and_name(system: System, owner: User) -> None:
    change_system(slug=system.slug, parts=[MODEL], actor=TESTER)
    client = api_client(owner)
    for asked in ("larch-4-07", "Answers"):
        hits = client.get("/api/v1/search/", {"q": asked}).json()
        assert system.slug in str(hits), asked


def test_what_reading_answers_can_be_written_back(system: System, owner: User) -> None:
    change_system(slug=system.slug, parts=[MODEL], actor=TESTER)
    client = api_client(owner)
    path = f"/api/v1/systems/{system.slug}/"
    before = client.get(path).json()
    assert before["parts"][0]["version"] == "larch-4-07"
    after = client.put(path, before, format="json")
    assert after.json() == before, after.content
