"""PayRule as a document: how on-call work is paid is data that is reviewed like code."""

from __future__ import annotations

from datetime import time
from decimal import Decimal, InvalidOperation
from typing import Annotated, ClassVar

from pydantic import AfterValidator, Field

from core.actor import Actor
from core.clock import WEEKDAYS
from core.manifest import Kind, Line, Resource, Spec, WallTime, Weekday, one_of
from core.yaml import Path as FilePath
from oncall.load.models import PayRule
from oncall.load.services import delete_pay_rule, save_pay_rule


def _amount(text: str) -> str:
    try:
        return f"{Decimal(text):.2f}"
    except InvalidOperation:
        raise ValueError('write an amount as "12.50"') from None


class PayRuleSpec(Spec):
    """Without `start` and `end` it holds all day; of several that fit, the lowest `order` counts.
    Times are those of the person who is on call."""

    unit: Annotated[str, one_of(("hour", "page"))]
    amount: Annotated[Line, AfterValidator(_amount)]
    currency: Annotated[Line, Field(min_length=3, max_length=3)]
    weekdays: Annotated[list[Weekday], Field(min_length=1)] = list(WEEKDAYS)
    start: WallTime | None = None
    end: WallTime | None = None
    order: Annotated[int, Field(ge=0, le=1_000)] = 0


class PayRuleKind(Kind[PayRuleSpec]):
    name: ClassVar[str] = "PayRule"
    service_fields: ClassVar[dict[str, FilePath]] = {"starts": ("start",), "ends": ("end",)}

    @property
    def spec(self) -> type[PayRuleSpec]:
        return PayRuleSpec

    def present(self) -> dict[str, Resource[PayRuleSpec]]:
        return {
            rule.slug: Resource(
                name=rule.slug,
                display_name=rule.name,
                spec=PayRuleSpec.model_construct(
                    unit=rule.unit,
                    amount=f"{rule.amount:.2f}",
                    currency=rule.currency,
                    weekdays=[WEEKDAYS[day] for day in rule.weekdays or range(7)],
                    start=f"{rule.starts:%H:%M}" if rule.starts else None,
                    end=f"{rule.ends:%H:%M}" if rule.ends else None,
                    order=rule.position,
                ),
            )
            for rule in PayRule.objects.order_by("slug")
        }

    def save(self, resource: Resource[PayRuleSpec], *, actor: Actor) -> None:
        spec = resource.spec
        save_pay_rule(
            slug=resource.name,
            name=resource.display_name,
            unit=spec.unit,
            amount=Decimal(spec.amount),
            currency=spec.currency,
            weekdays=[WEEKDAYS.index(day) for day in spec.weekdays],
            starts=time.fromisoformat(spec.start) if spec.start else None,
            ends=time.fromisoformat(spec.end) if spec.end else None,
            position=spec.order,
            actor=actor,
        )

    def remove(self, identity: str, *, actor: Actor) -> str:
        delete_pay_rule(slug=identity, actor=actor)
        return "delete"
