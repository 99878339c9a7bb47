"""The form of a heartbeat. It reads input; the services decide."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.text import slugify

from accounts.models import User
from alerts.forms import SLUG_HELP
from alerts.heartbeats.models import Heartbeat
from alerts.models import SEVERITIES
from catalog.models import System
from core.manifest import parse_seconds, write_seconds


class DurationField(forms.CharField):
    """Seconds, written as people write them: 90, 5m, 1h 30m, 1d."""

    def clean(self, value: Any) -> Any:
        text = super().clean(value)
        try:
            return int(str(parse_seconds(text)))
        except ValueError as error:
            raise forms.ValidationError("Write it as 90s, 5m, 2h or 1d.") from error


class HeartbeatForm(forms.Form):
    name = forms.CharField(max_length=120, help_text="What must be heard of, “Nightly drift job”.")
    slug = forms.CharField(max_length=63, required=False, label="Short name", help_text=SLUG_HELP)
    every = DurationField(
        max_length=20, label="Expected every", initial="1d", help_text="90s, 5m, 2h or 1d."
    )
    grace = DurationField(
        max_length=20,
        label="Grace",
        initial="1h",
        help_text="How much later it may come, and how long a job may run after its start.",
    )
    system = forms.ChoiceField(required=False)
    severity = forms.ChoiceField(choices=SEVERITIES, initial="sev2")
    paused = forms.BooleanField(required=False, help_text="Pings are noted; silence is no alert.")

    def __init__(self, *args: Any, user: User, heartbeat: Heartbeat | None, **options: Any) -> None:
        if heartbeat is not None:
            options["initial"] = {
                "name": heartbeat.name,
                "every": write_seconds(heartbeat.every),
                "grace": write_seconds(heartbeat.grace),
                "system": heartbeat.system.slug if heartbeat.system else "",
                "severity": heartbeat.severity,
                "paused": heartbeat.state == Heartbeat.State.PAUSED,
            }
        super().__init__(*args, **options)
        if heartbeat is not None:
            del self.fields["slug"]
        systems = System.objects.visible_to(user).order_by("name").values_list("slug", "name")
        field: Any = self.fields["system"]
        field.choices = [("", "None"), *systems]

    def fields_of_heartbeat(self) -> dict[str, Any]:
        """The keyword arguments of the services, without the slug."""
        data = self.cleaned_data
        return {
            "name": data["name"],
            "every": data["every"],
            "grace": data["grace"],
            "system_slug": data["system"] or None,
            "severity": data["severity"],
            "paused": data["paused"],
        }

    def chosen_slug(self) -> str:
        made = self.cleaned_data["slug"] or slugify(self.cleaned_data["name"])[:63].strip("-_")
        return str(made).replace("_", "-")
