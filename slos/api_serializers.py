"""What the API says of objectives, and what it takes. No rules: the services check."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from rest_framework import serializers

from core import clock
from slos.budget import Budget
from slos.definition import (
    Definition,
    Method,
    definition_from_json,
    definition_to_json,
    standard_definition,
)
from slos.definition_checks import METHODS, UNITS
from slos.models import Correction, Exemption, Sli, Slo, SloState
from slos.models.state import State
from slos.plans import definition_of
from slos.selectors.page import sentence
from slos.windows import Window


class BudgetSerializer(serializers.Serializer[Any]):
    """In events, or in slices where slices are counted."""

    total = serializers.FloatField(help_text="(1 - objective) of what was counted")
    consumed = serializers.FloatField()
    remaining = serializers.FloatField(help_text="Signed: below zero when overspent")
    remaining_ratio = serializers.FloatField(allow_null=True, help_text="Of the whole budget")
    state = serializers.ChoiceField(choices=State.choices)
    since = serializers.DateTimeField(allow_null=True, help_text="Since when in this state")
    good = serializers.FloatField()
    counted = serializers.FloatField(help_text="Events or slices in the window")
    excluded = serializers.FloatField(help_text="What corrections took out")
    exhausted_in_seconds = serializers.FloatField(
        allow_null=True, help_text="At the present pace; null when it lasts"
    )


class BurnSerializer(serializers.Serializer[Any]):
    window_seconds = serializers.IntegerField()
    burn_rate = serializers.FloatField(help_text="1 spends exactly the budget in the window")


class WindowSerializer(serializers.Serializer[Any]):
    kind = serializers.ChoiceField(choices=Slo.WindowKind.choices, default="rolling")
    duration_seconds = serializers.IntegerField(
        required=False, min_value=3600, help_text="Nominal for calendar windows"
    )
    unit = serializers.ChoiceField(choices=sorted(UNITS), required=False, allow_blank=True)
    time_zone = serializers.CharField(max_length=64, default="UTC")
    start = serializers.DateTimeField(read_only=True)
    end = serializers.DateTimeField(read_only=True)


class MethodSerializer(serializers.Serializer[Any]):
    name = serializers.ChoiceField(choices=METHODS, default="occurrences")
    slice_seconds = serializers.IntegerField(default=0, min_value=0, max_value=3600)
    slice_target = serializers.FloatField(default=0.0, min_value=0, max_value=1)


class IndicatorSerializer(serializers.Serializer[Any]):
    slug = serializers.CharField(max_length=63)
    name = serializers.CharField(max_length=120)
    kind = serializers.ChoiceField(choices=Sli.Kind.choices)
    unit_event = serializers.CharField(max_length=120)
    evaluator = serializers.CharField(allow_blank=True)
    sample_rate = serializers.FloatField()


class SloSerializer(serializers.Serializer[Slo]):
    """An objective with its budget as of the last evaluation."""

    slug = serializers.CharField()
    name = serializers.CharField()
    description = serializers.CharField()
    system = serializers.CharField(source="system.slug", help_text="Slug")
    failure_class = serializers.CharField(
        help_text="The class or cause of the taxonomy that it stands for; empty: none"
    )
    indicator = IndicatorSerializer(source="sli")
    objective = serializers.FloatField(help_text="The target, between 0 and 1")
    window = WindowSerializer()
    method = MethodSerializer()
    budget = BudgetSerializer()
    burn_rates = BurnSerializer(many=True)
    summary = serializers.CharField(help_text="What is left and how long it lasts, in words")
    enabled = serializers.BooleanField()
    version = serializers.IntegerField(help_text="Of the definition")
    as_of = serializers.DateTimeField(allow_null=True)
    recalculating = serializers.BooleanField(help_text="Late data came in and is not counted yet")
    last_measurement_end = serializers.DateTimeField(allow_null=True)

    def to_representation(self, instance: Slo) -> dict[str, Any]:
        return super().to_representation(_facts(instance))


def _facts(slo: Slo) -> Any:
    """The objective as one mapping, so that every answer has one shape."""
    state = getattr(slo, "budget", None)
    definition = definition_of(slo)
    start, end = definition.window.span(state.as_of if state else clock.now())
    return {
        "slug": slo.slug,
        "name": slo.name,
        "description": slo.description,
        "system": {"slug": slo.system.slug},
        "failure_class": slo.failure_class,
        "sli": slo.sli,
        "objective": slo.target,
        "window": {
            "kind": slo.window_kind,
            "duration_seconds": slo.window_seconds,
            "unit": slo.calendar_unit,
            "time_zone": slo.time_zone,
            "start": start,
            "end": end,
        },
        "method": definition.method,
        "budget": _budget(state),
        "burn_rates": [
            {"window_seconds": int(seconds), "burn_rate": burn}
            for seconds, burn in sorted(
                (state.burns if state else {}).items(), key=lambda pair: int(pair[0])
            )
        ],
        "summary": sentence(slo, state),
        "enabled": slo.enabled,
        "version": slo.version,
        "as_of": state.as_of if state else None,
        "recalculating": bool(state and state.recalculating),
        "last_measurement_end": state.last_end if state else None,
    }


def _budget(state: SloState | None) -> dict[str, Any]:
    if state is None:
        nothing = Budget(0.0, 0.0, None)
        return {
            "total": nothing.total, "consumed": nothing.consumed, "remaining": nothing.remaining,
            "remaining_ratio": None, "state": State.NO_DATA, "since": None, "good": 0.0,
            "counted": 0.0, "excluded": 0.0, "exhausted_in_seconds": None,
        }  # fmt: skip
    return {
        "total": state.budget_total,
        "consumed": state.consumed,
        "remaining": state.remaining,
        "remaining_ratio": state.fraction_left,
        "state": state.state,
        "since": state.since,
        "good": state.good,
        "counted": state.total,
        "excluded": state.excluded,
        "exhausted_in_seconds": state.seconds_left,
    }


class NewIndicatorSerializer(serializers.Serializer[Any]):
    """An indicator that is made with its objective."""

    slug = serializers.CharField(max_length=63, required=False)
    name = serializers.CharField(max_length=120, required=False)
    kind = serializers.ChoiceField(choices=Sli.Kind.choices, default="ratio")
    unit_event = serializers.CharField(max_length=120, default="event")
    signal = serializers.CharField(max_length=200, default="", allow_blank=True)
    sample_rate = serializers.FloatField(default=1.0)


class SloInputSerializer(serializers.Serializer[Any]):
    """`rules`, `policy` and `no_data` have the form that `definition` answers; left out on making
    they are the standard ones, left out on changing they stay."""

    slug = serializers.CharField(max_length=63)
    name = serializers.CharField(max_length=120)
    description = serializers.CharField(max_length=4000, allow_blank=True, default="")
    system = serializers.CharField(max_length=63, help_text="Slug")
    failure_class = serializers.CharField(
        max_length=80, allow_blank=True, default="",
        help_text="A class (drift) or a cause (drift.covariate) of the taxonomy",
    )  # fmt: skip
    indicator = NewIndicatorSerializer(required=False)
    objective = serializers.FloatField()
    window = WindowSerializer(required=False)
    method = MethodSerializer(required=False)
    at_risk_below = serializers.FloatField(required=False)
    enabled = serializers.BooleanField(default=True)


def read_definition(data: dict[str, Any], present: Definition | None) -> Definition:
    """The definition that the input asks for, on top of the present or the standard one."""
    window = _window(data["window"]) if "window" in data else None
    target = data.get("objective", present.target if present else 0.99)
    base = present or standard_definition(target, window)
    row = definition_to_json(base)
    row["target"] = target
    if window is not None:
        row["window"] = {
            "kind": window.kind, "seconds": window.seconds, "unit": window.unit,
            "zone": window.zone,
        }  # fmt: skip
    if "method" in data:
        method = Method(**data["method"])
        row["method"] = {
            "name": method.name, "slice_seconds": method.slice_seconds,
            "slice_target": method.slice_target,
        }  # fmt: skip
    if "at_risk_below" in data:
        row["at_risk_below"] = data["at_risk_below"]
    return definition_from_json(row)


def _window(given: dict[str, Any]) -> Window:
    unit = given.get("unit", "")
    nominal = UNITS.get(unit, int(timedelta(days=28).total_seconds()))
    seconds = nominal if unit else given.get("duration_seconds", nominal)
    return Window(given["kind"], seconds, unit, given["time_zone"])


class CorrectionSerializer(serializers.ModelSerializer[Correction]):
    class Meta:
        model = Correction
        fields = ["id", "kind", "start", "end", "reason", "actor_label", "created_at",
                  "withdrawn_at", "withdrawn_by"]  # fmt: skip
        read_only_fields = ["id", "actor_label", "created_at", "withdrawn_at", "withdrawn_by"]


class ExemptionSerializer(serializers.ModelSerializer[Exemption]):
    slo = serializers.CharField(
        source="slo.slug", required=False, allow_null=True, help_text="Slug; all when absent"
    )
    changes = serializers.ListField(
        child=serializers.CharField(max_length=10), required=False, help_text="All when empty"
    )
    start = serializers.DateTimeField(required=False, help_text="Now, unless given")

    class Meta:
        model = Exemption
        fields = ["id", "slo", "changes", "reason", "start", "end", "actor_label", "created_at",
                  "withdrawn_at", "withdrawn_by"]  # fmt: skip
        read_only_fields = ["id", "actor_label", "created_at", "withdrawn_at", "withdrawn_by"]
