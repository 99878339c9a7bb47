"""Forms of silences, inhibition and what holds for the whole house. The services decide."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.text import slugify

from accounts.models import User
from alerts.forms import SLUG_HELP, LinesField
from alerts.models import Inhibition, NoiseSettings, Silence
from catalog.models import System
from core import clock

DURATIONS = [
    ("30m", "30 minutes"),
    ("1h", "1 hour"),
    ("2h", "2 hours"),
    ("4h", "4 hours"),
    ("8h", "8 hours"),
    ("1d", "1 day"),
    ("3d", "3 days"),
    ("7d", "7 days"),
]
_LENGTHS = {"m": 60, "h": 3600, "d": 86_400}
REPEATS = {
    "": "Never",
    "FREQ=DAILY": "Every day",
    "FREQ=WEEKLY;BYDAY=MO,TU,WE,TH,FR": "Every weekday, Monday to Friday",
    "FREQ=WEEKLY": "Every week, on the same day",
    "FREQ=MONTHLY": "Every month, on the same date",
    "own": "By a rule of your own (RFC 5545)",
}
FLAPPING_MINUTES = [(60 * minutes, f"{minutes} minutes") for minutes in (10, 15, 30, 60, 120, 240)]


def _local() -> forms.DateTimeInput:
    return forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


class SilenceForm(forms.Form):
    """Times are read and shown in the reader's time zone, which a recurrence keeps too."""

    match = LinesField(
        label="Which alerts",
        help_text='One a line, as Alertmanager writes them: alertname="FeatureDrift", '
        'system=~"support-.*", severity!="sev1". All must hold.',
    )
    system = forms.ChoiceField(
        required=False,
        label="All of a system (planned maintenance)",
        help_text="Holds every alert of this system that the matchers above, if any, fit.",
    )
    reason = forms.CharField(
        max_length=500,
        help_text="For the people who wonder where the page was.",
    )
    starts_at = forms.DateTimeField(
        required=False, widget=_local(), label="Starts", help_text="Empty: now."
    )
    lasts = forms.ChoiceField(
        required=False, choices=[("", "Until the time beside"), *DURATIONS], label="Lasts"
    )
    ends_at = forms.DateTimeField(
        required=False, widget=_local(), label="Ends", help_text="Every silence has an end."
    )
    repeat = forms.ChoiceField(required=False, choices=list(REPEATS.items()), label="Comes back")
    repeat_until = forms.DateField(
        required=False,
        widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"),
        label="Until and with",
        help_text="The last day of a silence that comes back.",
    )
    recurrence = forms.CharField(
        required=False,
        max_length=500,
        label="Own rule",
        widget=forms.TextInput(attrs={"class": "mono", "spellcheck": "false"}),
        help_text="For example FREQ=MONTHLY;BYDAY=1SU;COUNT=12.",
    )
    ends_when_resolved = forms.BooleanField(
        required=False,
        label="End it as soon as everything it holds back is resolved",
    )

    def __init__(self, *args: Any, user: User, silence: Silence | None, **options: Any) -> None:
        self.silence = silence
        if silence is not None:
            options["initial"] = _initial(silence)
        super().__init__(*args, **options)
        systems = System.objects.visible_to(user).order_by("name").values_list("slug", "name")
        field: Any = self.fields["system"]
        field.choices = [("", "No"), *systems]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        start: datetime | None = data.get("starts_at")
        if data.get("lasts"):
            length = timedelta(seconds=int(data["lasts"][:-1]) * _LENGTHS[data["lasts"][-1]])
            data["ends_at"] = (start or clock.now()) + length
        elif not data.get("ends_at") and "ends_at" not in self.errors:
            self.add_error("ends_at", "Say how long it lasts or when it ends.")
        return data

    def fields_of_silence(self) -> dict[str, Any]:
        """The keyword arguments of the services."""
        data = self.cleaned_data
        return {
            "match": data["match"],
            "system_slug": data["system"] or None,
            "reason": data["reason"],
            "starts_at": data["starts_at"] or (self.silence.starts_at if self.silence else None),
            "ends_at": data["ends_at"],
            "recurrence": self._rule(),
            "time_zone": self._zone(),
            "ends_when_resolved": data["ends_when_resolved"],
        }

    def _rule(self) -> str:
        data = self.cleaned_data
        if data["repeat"] == "own":
            return str(data["recurrence"]).strip() or "FREQ="
        if not data["repeat"]:
            return ""
        until = f";UNTIL={data['repeat_until']:%Y%m%d}" if data["repeat_until"] else ""
        return f"{data['repeat']}{until}"

    def _zone(self) -> str:
        if self.silence is not None and self.silence.recurrence:
            return self.silence.time_zone
        return timezone.get_current_timezone_name()


def _initial(silence: Silence) -> dict[str, Any]:
    return {
        "match": "\n".join(silence.match),
        "system": silence.system.slug if silence.system else "",
        "reason": silence.reason,
        "starts_at": silence.starts_at,
        "ends_at": silence.ends_at,
        "lasts": "",
        "repeat": "own" if silence.recurrence else "",
        "recurrence": silence.recurrence,
        "ends_when_resolved": silence.ends_when_resolved,
    }


class InhibitionForm(forms.Form):
    """`slug` is part of it only for a new one."""

    name = forms.CharField(max_length=120)
    slug = forms.CharField(max_length=63, required=False, label="Short name", help_text=SLUG_HELP)
    source_match = LinesField(
        required=True,
        label="While an alert like this fires",
        help_text='One matcher a line: alertname="ProviderDown".',
    )
    target_match = LinesField(
        required=True,
        label="alerts like these do not page",
        help_text='For example severity=~"sev3|sev4".',
    )
    equal = forms.CharField(
        required=False,
        max_length=2000,
        label="if they agree in",
        help_text="Labels with commas between, for example system, region. Empty: always.",
    )
    enabled = forms.BooleanField(required=False, initial=True, label="In use")

    def __init__(self, *args: Any, rule: Inhibition | None, **options: Any) -> None:
        if rule is not None:
            options["initial"] = {
                "name": rule.name,
                "source_match": "\n".join(rule.source_match),
                "target_match": "\n".join(rule.target_match),
                "equal": ", ".join(rule.equal),
                "enabled": rule.enabled,
            }
        super().__init__(*args, **options)
        if rule is not None:
            del self.fields["slug"]

    def clean_equal(self) -> list[str]:
        names = self.cleaned_data["equal"].replace("\n", ",").split(",")
        return list(dict.fromkeys(name.strip() for name in names if name.strip()))

    def fields_of_rule(self) -> dict[str, Any]:
        names = ("name", "source_match", "target_match", "equal", "enabled")
        return {name: self.cleaned_data[name] for name in names}

    def chosen_slug(self) -> str:
        data = self.cleaned_data
        return str(data["slug"] or slugify(data["name"])[:63].strip("-_")).replace("_", "-")


class NoiseForm(forms.Form):
    """What holds for the whole house."""

    follow_dependencies = forms.ChoiceField(
        choices=NoiseSettings.Follow.choices,
        widget=forms.RadioSelect,
        label="While a tier-1 system fires, alerts of systems that depend on it do not page",
    )
    systems = forms.MultipleChoiceField(
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label="Systems whose alerts wait for what they depend on",
    )
    flapping_enabled = forms.BooleanField(
        required=False, label="Page once for a condition that flaps, then wait until it is calm"
    )
    flapping_changes = forms.IntegerField(
        min_value=3, max_value=100, label="It flaps when it opens this often"
    )
    flapping_window = forms.TypedChoiceField(coerce=int, choices=FLAPPING_MINUTES, label="within")
    flapping_calm = forms.TypedChoiceField(
        coerce=int, choices=FLAPPING_MINUTES, label="and is calm after"
    )

    def __init__(self, *args: Any, user: User, chosen: NoiseSettings, **options: Any) -> None:
        names = ("follow_dependencies", "flapping_enabled", "flapping_changes", "flapping_window",
                 "flapping_calm")  # fmt: skip
        options["initial"] = {name: getattr(chosen, name) for name in names}
        if chosen.pk and not chosen._state.adding:
            options["initial"]["systems"] = list(chosen.systems.values_list("slug", flat=True))
        super().__init__(*args, **options)
        systems = System.objects.visible_to(user).filter(depends_on__isnull=False).distinct()
        field: Any = self.fields["systems"]
        field.choices = list(systems.order_by("name").values_list("slug", "name"))
        for name in ("flapping_window", "flapping_calm"):
            own = getattr(chosen, name)
            choice: Any = self.fields[name]
            if own not in dict(FLAPPING_MINUTES):
                choice.choices = [*FLAPPING_MINUTES, (own, f"{own} seconds")]

    def fields_of_settings(self) -> dict[str, Any]:
        data = dict(self.cleaned_data)
        data["system_slugs"] = data.pop("systems")
        return data
