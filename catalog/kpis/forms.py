"""The form of a KPI. It reads input; the services decide."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.forms import ZoneField
from catalog.kpis.checks import kpi_state
from catalog.kpis.models import Kpi


class KpiForm(forms.Form):
    name = forms.CharField(max_length=120)
    slug = forms.CharField(
        max_length=63,
        label="Short name",
        help_text="Used in addresses and files. It cannot be changed later.",
    )
    unit = forms.CharField(max_length=40, required=False, help_text="For example orders, or EUR.")
    direction = forms.ChoiceField(choices=Kpi.Direction.choices)
    aggregate = forms.ChoiceField(
        choices=Kpi.Aggregate.choices,
        label="What an incident costs",
        help_text="Amounts are added up over the incident; of a level the mean distance is told.",
    )
    every_seconds = forms.TypedChoiceField(
        choices=Kpi.Every.choices, coerce=int, initial=Kpi.Every.HOUR, label="Told"
    )
    time_zone = ZoneField(initial="UTC", help_text="By whose clock the hours of its week are.")
    feed = forms.CharField(
        max_length=200, required=False, help_text="Where the values come from, in words."
    )

    def __init__(self, *args: Any, kpi: Kpi | None, **options: Any) -> None:
        options["initial"] = kpi_state(kpi) if kpi else None
        super().__init__(*args, **options)
        if kpi is not None:
            del self.fields["slug"]
