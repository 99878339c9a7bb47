"""Changes that senders tell of: which system gets them, and those that find none."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

import pytest

from accounts.models import User
from alerts.changes import KINDS, kind_told, system_of
from alerts.models import Receipt, Source, UnplacedChange
from alerts.placing.services import place_changes
from catalog.models import Change, System
from core.errors import Invalid
from tests.alerts.scene import deliver, make_source
from tests.cast import TESTER, make_system, sign_in
from tests.integrations.captured import body

delivering = pytest.mark.django_db(transaction=True)
VERSION = body("mlflow", "model-version-created-no-description")


@pytest.fixture
def registry() -> Source:
    return make_source("registry", format="mlflow")


def event(name: str, version: int = 1) -> bytes:
    data = {"name": name, "version": str(version)}
    at = f"2026-11-20T10:{version:02d}:00Z"
    document = {"entity": "model_version", "action": "created", "timestamp": at, "data": data}
    return json.dumps(document).encode()


def placed(*about: str, mapping: Any = None, default: str | None = None) -> str | None:
    known = {"fraud-scorer": 1, "rag": 2}
    return system_of(about, mapping=mapping or {}, known=known, default=default)


def test_the_mapping_decides_then_the_name_then_the_source() -> None:
    assert placed("fraud-scorer") == "fraud-scorer"
    assert placed("fraud-scorer", mapping={"fraud-scorer": "rag"}) == "rag"
    assert placed("x", "rag") == "rag"
    assert placed("fraud-eu-7", mapping={"fraud-*": "fraud-scorer"}) == "fraud-scorer"
    assert placed("play-1", mapping={"play-*": "-"}) == "-"
    assert placed("x", default="rag") == "rag"
    assert placed("x") is None
    assert placed() is None


def test_senders_may_name_the_kinds_of_the_catalog() -> None:
    assert list(KINDS) == Change.Kind.values
    assert (kind_told("provider"), kind_told("weather"), kind_told(None)) == (
        "provider", "code", "code",
    )  # fmt: skip


@delivering
def test_a_change_of_a_known_name_is_recorded_and_alerts_nobody(registry: Source) -> None:
    make_system("fraud-scorer")
    receipt = deliver(registry, VERSION)
    change = Change.objects.get()
    assert (change.system.slug, change.kind, change.version) == ("fraud-scorer", "model", "2")
    assert receipt.signals == 0
    assert "Recorded as a change of fraud-scorer" in receipt.notes[0]


@delivering
def test_the_same_delivery_again_is_the_same_change(registry: Source) -> None:
    make_system("fraud-scorer")
    for _ in range(4):
        deliver(registry, VERSION)
    assert Change.objects.count() == 1


@delivering
def test_a_drill_records_no_change(registry: Source) -> None:
    make_system("fraud-scorer")
    deliver(registry, VERSION, drill=True)
    assert not Change.objects.exists()


@delivering
def test_a_name_without_a_system_waits_until_somebody_says_which(registry: Source) -> None:
    system = make_system("assistant")
    for version in (1, 2, 2):
        deliver(registry, event("helpdesk-llm", version))
    assert UnplacedChange.objects.count() == 2
    assert not Change.objects.exists()
    count = place_changes(
        source=registry, about="helpdesk-llm", system_slug="assistant", actor=TESTER
    )
    assert count == Change.objects.filter(system=system).count() == 2
    assert isinstance(Change.objects.earliest("occurred_at").occurred_at, datetime)
    assert not UnplacedChange.objects.exists()
    deliver(registry, event("helpdesk-llm", 3))
    assert Change.objects.count() == 3


@delivering
def test_what_is_none_of_ours_is_left_out(registry: Source) -> None:
    deliver(registry, event("playground"))
    place_changes(source=registry, about="playground", system_slug="-", actor=TESTER)
    receipt = deliver(registry, event("playground", 2))
    assert not Change.objects.exists()
    assert not UnplacedChange.objects.exists()
    assert "left out" in receipt.notes[0]


@pytest.mark.django_db
def test_a_system_that_is_none_is_refused(registry: Source) -> None:
    with pytest.raises(Invalid):
        place_changes(source=registry, about="x", system_slug="none", actor=TESTER)


@delivering
def test_hostile_names_are_kept_as_text(registry: Source, owner: User) -> None:
    deliver(registry, event("<script>alert(1)</script>\u202e" + "x" * 5000))
    page = sign_in(owner).get("/alerts/sources/registry/changes/").content.decode()
    assert "<script>alert(1)" not in page
    assert "&lt;script&gt;" in page


@delivering
def test_the_page_places_for_a_responder_and_not_for_a_stranger(
    registry: Source, teammate: User, stranger: User
) -> None:
    make_system("assistant")
    deliver(registry, event("helpdesk-llm"))
    assert "helpdesk-llm" in sign_in(stranger).get("/alerts/sources/registry/").content.decode()
    form = {"about": "helpdesk-llm", "system": "assistant"}
    address = "/alerts/sources/registry/changes/"
    assert sign_in(stranger).post(address, form).status_code == 403
    assert sign_in(teammate).post(address, form).status_code == 302
    assert System.objects.get(slug="assistant").changes.count() == 1


@pytest.mark.django_db
def test_signing_secret_and_options_are_set_on_their_page(owner: User, stranger: User) -> None:
    source = make_source("repo", format="github")
    address = "/alerts/sources/repo/sender/"
    page = sign_in(owner)
    form = {"signing_secret": "long-enough-secret", "options": "environments: [production]"}
    assert page.post(address, form).status_code == 302
    source.refresh_from_db()
    assert source.signing_secret == "long-enough-secret"
    assert source.options == {"environments": ["production"]}
    shown = page.get(address).content.decode()
    assert "long-enough-secret" not in shown
    assert page.post(address, {"options": "environments: 7"}).status_code == 200
    assert page.post(address, {"options": "", "unsigned": "on"}).status_code == 302
    source.refresh_from_db()
    assert not source.signing_secret
    assert sign_in(stranger).post(address, form).status_code == 403
    guide = sign_in(stranger).get("/alerts/sources/repo/guide/").content.decode()
    assert "Deployment statuses" in guide


@pytest.mark.django_db
def test_a_report_by_a_viewer_is_an_alert_of_the_system(stranger: User) -> None:
    make_system("assistant")
    page = sign_in(stranger)
    form = {"system": "assistant", "text": "It invents orders", "severity": "sev2"}
    assert page.post("/alerts/report/", form).status_code == 302
    receipt = Receipt.objects.get()
    assert json.loads(bytes(receipt.body))["contact"]
    assert page.post("/alerts/report/", {**form, "text": " "}).status_code == 200
    assert Receipt.objects.count() == 1
