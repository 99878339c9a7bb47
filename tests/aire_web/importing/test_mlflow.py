"""MLflow's registry becomes parts of systems: previewed, written, and then nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.test import override_settings

from accounts.models import User
from aire_web.importing.applying import Imported, import_converted
from aire_web.importing.mlflow import convert
from aire_web.importing.mlflow_remote import read_mlflow
from catalog.models import Change, System
from catalog.services import change_system, system_state
from core.errors import Invalid
from tests.cast import TESTER, sign_in
from tests.fakes.mlflow import TOKEN, FakeMLflow

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
    registry.register("ranker", versions=8, alias=("champion", 8))
    assert imported(registry).changes == 1
    change = Change.objects.get()
    assert (change.kind, change.previous_version, change.version) == ("model", "5", "8")


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
    models = [
        {"name": None}, {"name": "<b>" * 90, "tags": "x", "aliases": [{"alias": 3}]},
        {"name": "it's", "latest_versions": [{"version": "2", "current_stage": "Production"}]},
    ]  # fmt: skip
    made = import_converted(
        convert({"registered_models": models, "model_versions": [{}]}),
        actor=TESTER,
        dry_run=False,
    )
    assert versions("it-s") == {("model", "it's"): "2"}
    assert made.left_out
