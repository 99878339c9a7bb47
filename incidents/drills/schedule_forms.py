"""The form of a drill that comes back. It reads input; the service decides."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.forms import ZoneField
from accounts.models import User
from catalog.models import System
from incidents.drills.models import DrillSchedule
from incidents.drills.recurring import DAYS, EVERY, named, rule_of
from incidents.drills.scenario import scenarios

OWN = "own"


class ScheduleForm(forms.Form):
    """The rule is made of a name and a day of the week, or written."""

    slug = forms.SlugField(
        max_length=63, label="Short name", help_text="Names it in addresses and in files."
    )
    scenario = forms.ChoiceField()
    system = forms.ModelChoiceField(
        System.objects.none(), to_field_name="slug", empty_label=None, label="On which system"
    )
    every = forms.ChoiceField(
        label="How often",
        choices=[
            *((name, said.format(day="…")) for name, (_, said) in EVERY.items()),
            (OWN, "By a rule of your own (RFC 5545)"),
        ],
    )
    day = forms.ChoiceField(choices=list(DAYS.items()), initial="WE", label="Day of the week")
    recurrence = forms.CharField(
        required=False,
        max_length=500,
        label="Own rule",
        widget=forms.TextInput(attrs={"class": "mono", "spellcheck": "false"}),
        help_text="For example FREQ=MONTHLY;BYDAY=2TU;COUNT=6. The time stands below.",
    )
    at = forms.TimeField(
        label="At",
        initial="14:00",
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text="In the time zone below, on the days the clocks change as well.",
    )
    time_zone = ZoneField()
    starts_on = forms.DateField(
        required=False,
        label="From",
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        help_text="Empty: today.",
    )
    paused = forms.BooleanField(required=False, label="Paused: it plays nothing until you go on")

    def __init__(
        self, *args: Any, user: User, row: DrillSchedule | None = None, **options: Any
    ) -> None:
        options["initial"] = _initial(row) if row else {"time_zone": user.time_zone}
        super().__init__(*args, **options)
        chosen: Any = self.fields["scenario"]
        chosen.choices = [(one.name, one.title) for one in scenarios().values()]
        systems: Any = self.fields["system"]
        systems.queryset = (
            System.objects.visible_to(user)
            .exclude(stage=System.Stage.RETIRED)
            .order_by("tier", "name")
        )
        if row is not None:
            del self.fields["slug"]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if data.get("every") == OWN and not data.get("recurrence"):
            self.add_error("recurrence", "Write the rule.")
        return data

    def wanted(self) -> dict[str, Any]:
        """The keyword arguments of the service, without the slug."""
        data = self.cleaned_data
        own = data["every"] == OWN
        return {
            "scenario": data["scenario"],
            "system": data["system"],
            "recurrence": data["recurrence"] if own else rule_of(data["every"], data["day"]),
            "at": data["at"],
            "time_zone": data["time_zone"],
            "starts_on": data["starts_on"],
            "paused": data["paused"],
        }


def _initial(row: DrillSchedule) -> dict[str, Any]:
    every, day = named(row.recurrence)
    return {
        "scenario": row.scenario,
        "system": row.system.slug,
        "every": every or OWN,
        "day": day or "WE",
        "recurrence": "" if every else row.recurrence,
        "at": row.at,
        "time_zone": row.time_zone,
        "starts_on": row.starts_on,
        "paused": row.paused,
    }
