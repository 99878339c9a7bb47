"""MLflow's registry becomes parts of systems: previewed, written, and then nothing."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from django.test import override_settings

from accounts.models import User
from aire_web.importing.applying import Imported, import_converted
from aire_web.importing.mlflow import convert
from aire_web.importing.mlflow_remote import read_mlflow
from catalog.models import Change, System
from catalog.services import change_system, record_change, system_state
from core import clock
from core.errors import Invalid
from tests.cast import TESTER, make_user, sign_in
from tests.fakes.mlflow import TOKEN, FakeMLflow
from tests.fakes.tracker_server import Answer

pytestmark = pytest.mark.django_db


@pytest.fixture
def registry() -> Iterator[FakeMLflow]:
    with FakeMLflow() as fake, override_settings(AIRE_ALLOW_PRIVATE_NETWORK="127.0.0.1"):
        fake.register("ranker", versions=7, alias=("champion", 5))
        fake.register("Churn model", versions=3)
        fake.register("reranker", versions=2, system="checkout-assistant")
        fake.register("greeting", mlflow__prompt__is_prompt="true", system="checkout-assistant")
        fake.register("orphan", mlflow__prompt__is_prompt="true")
        yield fake


def imported(fake: FakeMLflow, *, dry_run: bool = False) -> Imported:
    return import_converted(convert(read_mlflow(fake.url, TOKEN)), actor=TESTER, dry_run=dry_run)


def versions(slug: str) -> dict[tuple[str, str], str]:
    system = System.objects.get(slug=slug)
    return {(part.kind, part.name): part.version for part in system.parts.all()}


def test_models_become_parts_of_their_systems_and_the_second_time_nothing_changes(
    registry: FakeMLflow, system: System
) -> None:
    change_system(slug=system.slug, parts=[{"kind": "tools", "name": "lookup"}], actor=TESTER)
    before = system_state(System.objects.get(pk=system.pk))
    shown = imported(registry, dry_run=True)
    assert {step.verb for step in shown.steps} == {"create", "update"}
    assert not System.objects.filter(slug="ranker").exists()
    first = imported(registry)
    assert versions("ranker") == {("model", "ranker"): "5"}
    assert versions("churn-model") == {("model", "Churn model"): "3"}
    assert versions(system.slug) == {
        ("tools", "lookup"): "", ("model", "reranker"): "2", ("prompt", "greeting"): "1",
    }  # fmt: skip
    after = system_state(System.objects.get(pk=system.pk))
    assert (after.owners, after.team_slug, after.tier) == (
        before.owners, before.team_slug, before.tier,
    )  # fmt: skip
    assert [item.name for item in first.left_out] == ["orphan"]
    assert imported(registry).changes == 0


def test_an_alias_that_moved_is_a_change_of_the_system(registry: FakeMLflow) -> None:
    imported(registry)
    known = set(Change.objects.values_list("pk", flat=True))
    registry.register("ranker", versions=8, alias=("champion", 8))
    assert imported(registry).changes == 2
    moved, registered = Change.objects.exclude(pk__in=known).order_by("-occurred_at")
    assert (moved.kind, moved.previous_version, moved.version) == ("model", "5", "8")
    assert registered.summary == "Model ranker version 8 was registered"


def history(slug: str) -> list[tuple[str, str]]:
    rows = Change.objects.filter(system__slug=slug).order_by("occurred_at", "id")
    return [(f"{row.occurred_at:%m-%d}", row.summary) for row in rows]


def test_the_versions_and_aliases_of_before_are_on_the_timeline_of_the_system(
    registry: FakeMLflow, system: System
) -> None:
    shown = imported(registry, dry_run=True)
    assert not Change.objects.exists()
    lines = {(line.system, line.part): line.count for line in shown.history}
    assert lines["ranker", "ranker"] == 8
    imported(registry)
    told = history("ranker")
    assert told[0] == ("10-10", "Model ranker version 1 was registered")
    assert ("10-14", "Model ranker: champion is version 5, as MLflow's registry says") in told
    assert len(told) == 8
    last = Change.objects.get(summary__contains="ranker version 7")
    assert (last.version, last.previous_version, last.author_label) == ("7", "6", "zoe")
    assert last.url == f"{registry.url}/#/models/ranker/versions/7"
    assert versions("ranker") == {("model", "ranker"): "5"}
    assert ("10-10", "Prompt greeting version 1 was registered") in history(system.slug)
    assert imported(registry).history == []
    page = sign_in(make_user("Rita", "responder")).get("/systems/ranker/")
    assert "Model ranker version 7 was registered" in page.content.decode()


def test_what_webhooks_told_already_is_not_told_again_and_an_alias_that_moved_is(
    registry: FakeMLflow, system: System
) -> None:
    told = {"system": system, "kind": "model", "actor": TESTER, "took_effect": False}
    record_change(summary="Model reranker version 2 created", version="2", **told)
    registry.models["reranker"]["aliases"] = [{"alias": "shadow", "version": "1"}]
    imported(registry)
    assert Change.objects.filter(summary__startswith="Model reranker version 2 ").count() == 1
    registry.models["reranker"]["aliases"] = [{"alias": "shadow", "version": "2"}]
    before = clock.now()
    imported(registry)
    assert imported(registry).history == []
    moved = Change.objects.get(summary__startswith="Model reranker: shadow is version 2")
    assert (moved.previous_version, moved.occurred_at >= before) == ("1", True)


def test_an_old_server_that_knows_no_prompts_is_read_all_the_same(registry: FakeMLflow) -> None:
    real = registry.answer

    def old(method: str, path: str, *more: Any) -> Answer:
        if "is_prompt" in path:
            return Answer(400, {"error_code": "INVALID_PARAMETER_VALUE", "message": "Filter"})
        return real(method, path, *more)

    registry.answer = old  # type: ignore[method-assign]
    imported(registry)
    assert versions("ranker") == {("model", "ranker"): "5"}


def test_a_wrong_token_and_a_registry_that_fails_are_told(registry: FakeMLflow) -> None:
    with pytest.raises(Invalid, match="token is not accepted"):
        read_mlflow(registry.url, "wrong")
    with pytest.raises(Invalid, match="Give the address"):
        read_mlflow("", TOKEN)


def test_an_admin_sees_what_would_come_and_then_writes_it(
    registry: FakeMLflow, owner: User
) -> None:
    browser = sign_in(owner)
    assert "?from=mlflow" in browser.get("/systems/").text
    form = {"product": "mlflow", "address": registry.url, "token": TOKEN}
    shown = browser.post("/settings/move/", form)
    assert "ranker" in shown.text
    browser.post("/settings/move/", {"confirmed": shown.context["token"]})
    assert versions("ranker") == {("model", "ranker"): "5"}


def test_names_and_values_of_any_kind_break_nothing() -> None:
    odd = [
        {"name": "it's", "version": "2", "creation_timestamp": stamp, "description": "\x00<b>" * 99}
        for stamp in (None, "x", 10**30, -5, True, [], 1_760_000_000_000)
    ]
    models = [
        {"name": None}, {"name": "<b>" * 90, "tags": "x", "aliases": [{"alias": 3}]},
        {"name": "it's", "latest_versions": [{"version": "2", "current_stage": "Production"}]},
    ]  # fmt: skip
    made = import_converted(
        convert({"registered_models": models, "model_versions": [{}, *odd]}),
        actor=TESTER,
        dry_run=False,
    )
    assert versions("it-s") == {("model", "it's"): "2"}
    assert made.left_out
