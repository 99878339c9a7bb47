"""Forms of the contacts and webhooks pages. They read input; the services decide."""

from __future__ import annotations

import re
from typing import Any

from django import forms

from accounts.models import User
from notifications.channels import Channel, channels, configured_channels
from notifications.models import NotificationRule, QuietHours
from notifications.reach import ways_for
from notifications.rules import MAX_RULES, Line, Urgency
from notifications.webhook_services import EVENTS

DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
SPARE_LINES = 3
WAIT = re.compile(r"([0-9]{1,5})\s*(s|sec|m|min|h)?", re.IGNORECASE)
UNITS = {"s": 1, "m": 60, "h": 3_600}


def typed_channels() -> list[Channel]:
    """Those whose addresses people type in."""
    return [
        channel
        for channel in configured_channels()
        if channel.form is not None and channel.form.typed and channel.form.for_people
    ]


class ContactForm(forms.Form):
    channel = forms.ChoiceField(label="Over")
    address = forms.CharField(max_length=1_500, label="Number or address")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["channel"].choices = [  # type: ignore[attr-defined]
            (channel.name, channel.title) for channel in typed_channels()
        ]


class CodeForm(forms.Form):
    code = forms.CharField(
        max_length=12,
        label="Code",
        widget=forms.TextInput(attrs={"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )


class RuleForm(forms.Form):
    """One line; empty ones are left out."""

    way = forms.ChoiceField(required=False, label="Over")
    after = forms.CharField(
        required=False, max_length=20, label="After", initial="0 min", help_text="0 min, 90 s, 1 h"
    )

    def __init__(self, *args: Any, ways: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["way"].choices = [("", "–"), *ways]  # type: ignore[attr-defined]

    def clean_after(self) -> int:
        text = self.cleaned_data["after"].strip() or "0"
        found = WAIT.fullmatch(text)
        if not found:
            raise forms.ValidationError("Write 5 min, 90 s or 1 h.")
        return int(found[1]) * UNITS[(found[2] or "m")[0].lower()]

    def line(self) -> Line | None:
        way = self.cleaned_data.get("way")
        if not way:
            return None
        channel, _, contact = way.partition(":")
        return Line(channel, self.cleaned_data["after"], int(contact) if contact else None)


def way_choices(user: User) -> list[tuple[str, str]]:
    """Every way there is to this person, unverified contacts left out."""
    return [
        (
            f"{way.channel.name}:{way.contact or ''}",
            f"{way.channel.title}: {way.address}" if way.address else way.channel.title,
        )
        for way in ways_for([user])[user.pk]
        if way.channel.reaches
    ]


def rule_forms(user: User, urgency: str, data: Any = None) -> list[RuleForm]:
    ways = way_choices(user)
    rules = NotificationRule.objects.filter(user=user, urgency=urgency)
    initial: list[dict[str, Any]] = [
        {"way": f"{rule.channel}:{rule.contact_id or ''}", "after": _words(rule.after_seconds)}
        for rule in rules
    ]
    count = min(MAX_RULES, len(initial) + SPARE_LINES)
    initial += [{}] * (count - len(initial))
    return [
        RuleForm(data, ways=ways, initial=line, prefix=f"{urgency}-{number}")
        for number, line in enumerate(initial)
    ]


def _words(seconds: int) -> str:
    return f"{seconds // 60} min" if seconds % 60 == 0 else f"{seconds} s"


class QuietForm(forms.Form):
    starts = forms.TimeField(
        label="From", required=False, widget=forms.TimeInput(attrs={"type": "time"})
    )
    ends = forms.TimeField(
        label="To", required=False, widget=forms.TimeInput(attrs={"type": "time"})
    )
    weekdays = forms.TypedMultipleChoiceField(
        label="Nights that begin on",
        required=False,
        coerce=int,
        choices=list(enumerate(DAYS)),
        widget=forms.CheckboxSelectMultiple,
    )

    def __init__(self, *args: Any, user: User, **options: Any) -> None:
        found = QuietHours.objects.filter(user=user).first()
        options["initial"] = (
            {"starts": found.starts, "ends": found.ends, "weekdays": found.weekdays}
            if found
            else {"weekdays": list(range(7))}
        )
        super().__init__(*args, **options)


class RoomForm(forms.Form):
    """A named address that policies page."""

    slug = forms.SlugField(max_length=63, label="Short name", help_text="How policies name it.")
    label = forms.CharField(max_length=120, label="Name")
    channel = forms.ChoiceField(label="Over")
    address = forms.CharField(
        max_length=1_500, label="Address", help_text="Kept encrypted and not shown again."
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["channel"].choices = [  # type: ignore[attr-defined]
            (channel.name, channel.title)
            for channel in channels
            if channel.form is not None and channel.form.for_rooms and channel.name != "webhook"
        ]


class WebhookForm(forms.Form):
    slug = forms.SlugField(max_length=63, label="Short name")
    name = forms.CharField(max_length=120, label="Name")
    url = forms.CharField(
        max_length=1_500, label="Address", help_text="Gets a signed POST with JSON."
    )
    events = forms.MultipleChoiceField(
        choices=[(kind, f"{words} ({kind})") for kind, words in EVENTS.items()],
        widget=forms.CheckboxSelectMultiple,
        label="Tell it when",
    )
    enabled = forms.BooleanField(required=False, initial=True, label="Switched on")

    def __init__(self, *args: Any, is_new: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if not is_new:
            del self.fields["slug"]
            self.fields["url"].required = False
            self.fields["url"].help_text = "Leave it empty to keep the one there is."


URGENCIES = ((Urgency.HIGH, "High urgency: SEV1 and SEV2"), (Urgency.LOW, "Low urgency: SEV3"))
