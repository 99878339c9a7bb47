"""Forms about trackers. They read input; the services decide."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.models import Team, User
from accounts.selectors import visible_teams
from postmortems.models import Tracker
from postmortems.trackers import TrackerClient, trackers
from postmortems.tracking.services import MAX_SECRET

KEPT = "Leave it empty to keep the one that is there."


def _secret(label: str, help_text: str) -> forms.CharField:
    widget = forms.PasswordInput(attrs={"autocomplete": "off"}, render_value=False)
    return forms.CharField(
        required=False, max_length=MAX_SECRET, label=label, help_text=help_text, widget=widget
    )


class TrackerForm(forms.Form):
    """A connection of one kind: its own options stand among the fields."""

    name = forms.CharField(max_length=120, help_text="What people call it.")
    slug = forms.SlugField(
        max_length=63, label="Short name", help_text="Part of the address of its webhook."
    )
    base_url = forms.CharField(max_length=2048, required=False, label="Address of its API")

    def __init__(
        self,
        *args: Any,
        user: User,
        client: TrackerClient,
        tracker: Tracker | None,
        **options: Any,
    ) -> None:
        options["initial"] = _initial(client, tracker)
        super().__init__(*args, **options)
        self.client = client
        if tracker is not None:
            del self.fields["slug"]
        for one in client.options:
            self.fields[one.name] = forms.CharField(
                max_length=200,
                required=one.required and not one.default,
                label=one.label,
                help_text=one.help,
            )
        kept = KEPT if tracker is not None else ""
        self.fields["token"] = _secret("Token", kept or "What AIRE shows when it calls.")
        self.fields["webhook_secret"] = _secret("Secret of the webhook", kept)
        self.fields["team"] = forms.ModelChoiceField(
            visible_teams(user), required=False, empty_label="Every team"
        )
        self.fields["enabled"] = forms.BooleanField(required=False, label="In use")

    def wanted(self) -> dict[str, Any]:
        """What `save_tracker` takes, without the slug of one that is there."""
        data = dict(self.cleaned_data)
        names = [one.name for one in self.client.options]
        return {
            **{name: value for name, value in data.items() if name not in names},
            "options": {name: data[name] for name in names},
            "token": data["token"] or None,
            "webhook_secret": data["webhook_secret"] or None,
            "kind": self.client.name,
        }


class LinkForm(forms.Form):
    tracker = forms.ModelChoiceField(Tracker.objects.none(), empty_label="Choose a tracker")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["tracker"]
        field.queryset = Tracker.objects.filter(enabled=True)


def kind_choices() -> list[TrackerClient]:
    return list(trackers)


def _initial(client: TrackerClient, tracker: Tracker | None) -> dict[str, Any]:
    if tracker is None:
        options = {one.name: one.default for one in client.options}
        return {"base_url": client.base_url, "enabled": True, "name": client.title, **options}
    team: Team | None = tracker.team
    return {
        "name": tracker.name,
        "base_url": tracker.base_url,
        "team": team,
        "enabled": tracker.enabled,
        **dict(tracker.options),
    }
