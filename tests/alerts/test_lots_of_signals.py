"""However signals are cut into lots, what is stored is what the rules make of all of them."""

from __future__ import annotations

import random
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from django.db import transaction

from alerts.episodes import Known, apply
from alerts.facts import source_facts
from alerts.models import Alert, Receipt
from alerts.signals import Action, Reading, Signal
from alerts.storing import Batch
from tests.alerts.rows import source_row

pytestmark = pytest.mark.django_db
START = datetime(2026, 11, 21, 3, 0, tzinfo=UTC)
NOW = START + timedelta(hours=5)
KEYS, LENGTH = 40, 9


def signal(key: str, dice: random.Random) -> Signal:
    """One that fires or ends one of three named episodes, or whatever the sender counts not."""
    starts = dice.choice([None, None, *(START + timedelta(minutes=30 * n) for n in range(3))])
    ends = dice.random() < 0.4
    at = (starts or START) + timedelta(minutes=dice.choice([5, 10, 40]))
    return Signal(
        action=Action.RESOLVE if ends else Action.FIRE,
        dedup_key=key,
        title=key,
        starts_at=starts,
        ends_at=at if ends else None,
        occurred_at=at,
        is_test=True,  # it shall open nothing
    )


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_stored_episodes_are_those_of_the_rules_however_the_lots_are_cut(seed: int) -> None:
    dice = random.Random(seed)
    source = source_row()
    told = {f"k{n}": [signal(f"k{n}", dice) for _ in range(LENGTH)] for n in range(KEYS)}
    receipt = Receipt(
        source=source, format="alertmanager", received_at=NOW, headers={}, drill=False
    )
    cuts = sorted(dice.sample(range(1, LENGTH), 3))
    for begin, end in zip([0, *cuts], [*cuts, LENGTH], strict=True):
        batch = Batch(replace(source_facts(source.pk), flap_rule=None))
        batch.fold(
            receipt, Reading(tuple(one for all_ in told.values() for one in all_[begin:end]))
        )
        with transaction.atomic():
            batch.save()
    for key, signals in told.items():
        known = Known()
        for one in signals:
            apply(known, one, received_at=NOW, severity="sev3")
        stored = Alert.objects.filter(dedup_key=key).values_list(
            "episode", "status", "count", "resolved_at"
        )
        expected = {(e.name, e.status, e.count, e.resolved_at) for e in known.episodes.values()}
        assert set(stored) == expected, signals
