"""Forms about channels. They read input; the services decide."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.models import User
from accounts.selectors import visible_teams
from alerts.models import SEVERITIES
from catalog.selectors import visible_systems
from integrations.slack.channels.models import SlackSetting, Verbosity

SEVERITY_CHOICES = [
    ("sev1", "SEV1 only"),
    *((value, f"{label} and worse") for value, label in SEVERITIES[1:-1]),
    (SEVERITIES[-1][0], "All"),
]


class EmojiField(forms.CharField):
    """Names with or without colons, between blanks or commas."""

    def to_python(self, value: Any) -> list[str]:  # type: ignore[override]  # a list, not text
        words = str(value or "").replace(",", " ").replace(":", " ").split()
        return list(dict.fromkeys(word.lower() for word in words))

    def prepare_value(self, value: Any) -> Any:
        return " ".join(value) if isinstance(value, list) else value


class SettingForm(forms.Form):
    channel_from = forms.ChoiceField(
        required=False,
        label="Incidents with a channel of their own",
        choices=[("", "None by itself"), *SEVERITY_CHOICES],
        help_text="Others can be given one on their page.",
    )
    # The metaclass takes it away from the class, where forms have an attribute of this name.
    prefix = forms.CharField(  # type: ignore[assignment]
        max_length=20, label="Names begin with", help_text="inc makes #inc-42-slow-answers."
    )
    verbosity = forms.ChoiceField(
        choices=Verbosity.choices, label="What is said in an incident's channel"
    )
    invite = forms.BooleanField(
        required=False,
        label="Invite whoever is on call for it, is paged, holds a role or works on it",
        help_text="The people of a private incident are always invited, and nobody else.",
    )
    drills = forms.BooleanField(required=False, label="Drills get channels, too")
    archive_after_days = forms.IntegerField(
        required=False,
        min_value=0,
        max_value=365,
        label="Archive so many days after closing",
        help_text="Empty for never.",
    )
    event_emojis = EmojiField(
        required=False,
        label="Reactions that put a message on the timeline",
        help_text="Names of emojis, such as pushpin memo.",
    )
    task_emojis = EmojiField(required=False, label="Reactions that make a task of it")
    pins = forms.BooleanField(required=False, label="Pinned messages are on the timeline")

    @classmethod
    def of(cls, kept: SlackSetting) -> dict[str, Any]:
        return {name: getattr(kept, name) for name in cls.base_fields}


class AnnouncementForm(forms.Form):
    slug = forms.SlugField(max_length=63, label="Short name", help_text="Names it in files.")
    channel = forms.CharField(
        max_length=80, help_text="#name, or the channel's id, which stays when it is renamed."
    )
    severity = forms.ChoiceField(choices=SEVERITY_CHOICES, initial="sev4", label="Incidents")
    team = forms.ChoiceField(required=False, help_text="Only of the systems of this team.")
    system = forms.ChoiceField(required=False, help_text="Only of this system.")
    verbosity = forms.ChoiceField(
        choices=Verbosity.choices,
        label="What is said",
        help_text="Events stand in a thread below the card.",
    )
    drills = forms.BooleanField(required=False, label="Drills, too")

    def __init__(self, *args: Any, user: User, is_new: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        teams, systems = visible_teams(user), visible_systems(user).order_by("name")
        choices = {
            "team": [("", "All teams"), *((one.slug, one.name) for one in teams)],
            "system": [("", "All systems"), *((one.slug, one.name) for one in systems)],
        }
        for name, values in choices.items():
            field: Any = self.fields[name]
            field.choices = values
        if not is_new:
            del self.fields["slug"]
