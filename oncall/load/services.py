"""The verbs of pay rules: their only writer."""

from __future__ import annotations

import re
from collections.abc import Collection
from datetime import time
from decimal import Decimal

from django.db import transaction

from accounts import audit
from core.actor import Actor
from core.errors import Invalid, NotFound
from oncall.load.models import PayRule

CURRENCY = re.compile(r"[A-Z]{3}")
MOST = Decimal(1_000_000)


@transaction.atomic
def save_pay_rule(
    *,
    slug: str,
    name: str,
    unit: str,
    amount: Decimal,
    currency: str,
    actor: Actor,
    weekdays: Collection[int] = (),
    starts: time | None = None,
    ends: time | None = None,
    position: int = 0,
) -> PayRule:
    """Make the rule with this short name, or bring it to exactly this state. No weekdays: all."""
    errors: dict[str, list[str]] = {}
    if unit not in PayRule.Unit.values:
        errors["unit"] = ["hour or page."]
    if not Decimal(0) <= amount < MOST or amount != amount.quantize(Decimal("0.01")):
        errors["amount"] = ["An amount has at most two places behind the point."]
    if not CURRENCY.fullmatch(currency):
        errors["currency"] = ["Three letters, like EUR."]
    if (starts is None) != (ends is None):
        errors["ends"] = ["Give both times or none."]
    if not set(weekdays) <= set(range(7)):
        errors["weekdays"] = ["Monday is 0, Sunday 6."]
    if errors:
        raise Invalid("The pay rule was not saved.", errors=errors)
    rule, _ = PayRule.objects.update_or_create(
        slug=slug,
        defaults={
            "name": " ".join(name.split())[:120] or slug,
            "unit": unit,
            "amount": amount,
            "currency": currency,
            "weekdays": sorted(set(weekdays)),
            "starts": starts,
            "ends": ends,
            "position": position,
        },
    )
    audit.record(actor=actor, action="pay_rule.save", target_kind="pay rule", target_ref=slug)
    return rule


@transaction.atomic
def delete_pay_rule(*, slug: str, actor: Actor) -> None:
    if not PayRule.objects.filter(slug=slug).delete()[0]:
        raise NotFound(f"There is no pay rule “{slug}”.")
    audit.record(actor=actor, action="pay_rule.delete", target_kind="pay rule", target_ref=slug)
