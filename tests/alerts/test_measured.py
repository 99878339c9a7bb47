"""Receipts that measure: what they carry is taken with them, exactly once."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

import pytest

from alerts.absorb import drain
from alerts.extensions import Measured, takers
from alerts.formats import formats
from alerts.models import Receipt, Source
from alerts.signals import Reading

pytestmark = pytest.mark.django_db(transaction=True)


@dataclass(frozen=True)
class Weight:
    grams: int


class Weighing:
    """A format whose deliveries measure; a body of `bad` measures what cannot be stored."""

    name = title = "weighing"

    def read(
        self, body: bytes, *, headers: Mapping[str, str], options: Mapping[str, object]
    ) -> Reading:
        fact = Weight(-1 if body == b"bad" else 1)
        return Reading((), ("read",), measured=(fact,), keep_body=body == b"kept")

    def snippet(self, *, url: str, base_url: str, key: str) -> str:
        return url

    def sample(self, *, now: datetime, system: str) -> bytes:
        return b"good"


def weigh(given: Sequence[Measured]) -> dict[UUID, list[str]]:
    facts = [fact for item in given for fact in item.facts if isinstance(fact, Weight)]
    if any(fact.grams < 0 for fact in facts):
        raise ValueError("below zero")
    return {item.receipt_id: [f"{len(item.facts)} weighed"] for item in given}


@pytest.fixture
def scales(monkeypatch: pytest.MonkeyPatch) -> Source:
    monkeypatch.setitem(formats._items, "weighing", Weighing())
    monkeypatch.setitem(takers._items, "weighing", weigh)
    return Source.objects.create(slug="scales", name="Scales", format="weighing")


def test_a_bad_one_alone_is_set_aside_and_telemetry_is_not_kept(scales: Source) -> None:
    for body in (b"good", b"bad", b"kept"):
        Receipt.objects.create(source=scales, format="weighing", body=body, state="new", headers={})
    drain()
    found = {bytes(row.body): (row.state, row.notes) for row in Receipt.objects.all()}
    assert found == {
        b"": ("done", ["read", "1 weighed"]),
        b"bad": ("set_aside", []),
        b"kept": ("done", ["read", "1 weighed"]),
    }
