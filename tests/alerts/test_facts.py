"""What absorbing keeps of sources, systems and routes, and when it reads them anew."""

from __future__ import annotations

from uuid import UUID

import pytest
from django.db import transaction

from alerts import facts
from alerts.models import FactsVersion, Route, Source
from catalog.models import System
from tests.alerts.scene import make_source

pytestmark = pytest.mark.django_db(transaction=True)


def make_route(slug: str = "first") -> Route:
    return Route.objects.create(slug=slug, name=slug, order=len(slug), match=['team="ml"'])


def version() -> UUID:
    return FactsVersion.objects.get().token


def read() -> facts.SourceFacts:
    return facts.facts_as_of(version(), Source.objects.get().pk)


@pytest.fixture(autouse=True)
def _source() -> None:
    make_source()


def test_what_is_kept_is_not_read_again() -> None:
    first = read()
    assert read() is first


@pytest.mark.parametrize("what", ["source", "system", "route", "a route less"])
def test_every_change_is_seen_by_the_next_lot(what: str) -> None:
    route = make_route()
    first = read()
    if what == "source":
        Source.objects.update(name="Other")
    elif what == "system":
        System.objects.create(slug="new", name="New", kind="llm")
    elif what == "route":
        make_route(slug="second")
    else:
        route.delete()
    assert read() != first


def test_a_change_that_is_undone_leaves_the_version() -> None:
    before = version()
    with transaction.atomic():
        Source.objects.update(name="Other")
        transaction.set_rollback(True)
    assert version() == before


def test_a_transaction_with_many_changes_gives_one_version() -> None:
    before = version()
    with transaction.atomic():
        for number in range(50):
            System.objects.create(slug=f"s{number}", name=f"S {number}", kind="llm")
    after = version()
    assert after != before
    assert FactsVersion.objects.count() == 1


def test_without_a_version_everything_is_read() -> None:
    pk = Source.objects.get().pk
    first = facts.facts_as_of(None, pk)
    Source.objects.update(name="Other")
    assert facts.facts_as_of(None, pk).name == "Other" != first.name


def test_it_keeps_only_so_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(facts, "MAX_KEPT", 2)
    facts._kept.clear()
    sources = [make_source(slug=f"more-{number}") for number in range(4)]
    for source in sources:
        facts.facts_as_of(version(), source.pk)
    assert len(facts._kept) == 2
