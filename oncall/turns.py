"""Whose turn it is in a step that pages one of its people each time. State is a row."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import transaction

from core.inserts import insert_new
from notifications.reach import reachable
from oncall.models import EscalationPolicy, RoundRobin
from oncall.targets import Found

MAX_REMEMBERED = 200


@transaction.atomic
def in_turn(policy_slug: str, position: int, people: Sequence[Found]) -> list[Found]:
    """The one whose turn it is, and that turn is taken: whoever was paged longest ago among those
    who can be reached. Two escalations at once get two people."""
    policy = EscalationPolicy.objects.filter(slug=policy_slug).first()
    if policy is None or len(people) < 2:
        return list(people[:1])
    insert_new(RoundRobin(policy=policy, position=position))
    row = RoundRobin.objects.select_for_update().get(policy=policy, position=position)
    ordered = by_turn(people, row.served)
    reached = reachable(item.user for item in ordered if item.user is not None)
    chosen = next((i for i in ordered if i.user is None or i.user.pk in reached), ordered[0])
    others = [key for key in row.served if key != chosen.key]
    row.served = [*others[-MAX_REMEMBERED:], chosen.key]
    row.save(update_fields=["served"])
    return [chosen]


def next_in_turn(policy_slug: str, position: int, people: Sequence[Found]) -> list[Found]:
    """Who that would be, without taking the turn: for previews."""
    row = RoundRobin.objects.filter(policy__slug=policy_slug, position=position).first()
    return by_turn(people, row.served if row else [])[:1]


def by_turn(people: Sequence[Found], served: Sequence[str]) -> list[Found]:
    """Those never paged first, in their order; then whoever was paged longest ago."""
    last = {key: number for number, key in enumerate(served)}
    return sorted(people, key=lambda item: last.get(item.key, -1))
