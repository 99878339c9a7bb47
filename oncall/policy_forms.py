"""Forms of escalation policies. They read input; the services decide."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from django import forms

from accounts.forms import ZoneField
from accounts.models import Team
from accounts.selectors import people_choices
from core.manifest import parse_seconds, write_seconds
from notifications.models import ContactMethod
from oncall.escalation import SEVERITIES
from oncall.forms import LOCAL, read_hours, write_hours
from oncall.models import EscalationPolicy, Schedule


class PreviewForm(forms.Form):
    severity = forms.ChoiceField(
        choices=[(name, name.upper()) for name in SEVERITIES], initial="sev2", label="If a"
    )
    at = forms.DateTimeField(required=False, widget=LOCAL, label="fired at")


class PolicyForm(forms.Form):
    name = forms.CharField(max_length=120)
    slug = forms.CharField(
        max_length=63, label="Short name", help_text="Lower-case letters, digits and hyphens."
    )
    repeat = forms.IntegerField(
        min_value=0, max_value=9, initial=0, help_text="How often all steps are taken again."
    )
    ack_timeout = forms.CharField(
        required=False,
        max_length=20,
        initial="0",
        label="Page again after an acknowledgement",
        help_text="Like 30m or 2h, when nobody says that they are still on it and nothing is "
        "mitigated. 0: never.",
    )
    is_fallback = forms.BooleanField(
        required=False,
        label="This is the fallback policy",
        help_text="It pages when nothing else says whom to page, or nobody can be reached.",
    )

    def __init__(self, *args: Any, is_new: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if not is_new:
            del self.fields["slug"]

    def clean_ack_timeout(self) -> object:
        return read_wait(self.cleaned_data["ack_timeout"])


def read_wait(text: str) -> object:
    """Seconds; nothing and a bare 0 are none."""
    text = text.replace(" ", "")
    try:
        return parse_seconds(text) if text.strip("0") else 0
    except ValueError as error:
        raise forms.ValidationError("Write a time as 0, 90s, 5m or 1h30m.") from error


CONDITIONS = ("round_robin", "severities", "hours", "hours_zone", "outside")


class StepForm(forms.Form):
    """A step of a policy; one that names nobody is left out."""

    after = forms.CharField(
        max_length=20,
        initial="5m",
        label="Wait after the step before",
        help_text="Any time: 0, 90s, 5m, 1h30m. Of the first step: after the start.",
    )
    schedules = forms.MultipleChoiceField(required=False, label="Whoever is on call in")
    users = forms.MultipleChoiceField(required=False, label="People")
    teams = forms.MultipleChoiceField(required=False, label="Everyone in the teams")
    slack_channels = forms.CharField(
        required=False, max_length=400, label="Slack channels", help_text="Like #incidents, #ml."
    )
    contacts = forms.MultipleChoiceField(
        required=False,
        label="Rooms and webhooks",
        help_text="Those that an admin has given a name.",
    )
    round_robin = forms.BooleanField(
        required=False,
        label="In turns",
        help_text="Each time only one of its people is paged: whoever was paged longest ago.",
    )
    severities = forms.MultipleChoiceField(
        required=False,
        label="Only for",
        choices=[(name, name.upper()) for name in SEVERITIES],
        widget=forms.CheckboxSelectMultiple,
        help_text="None chosen: for every severity.",
    )
    hours = forms.CharField(
        required=False,
        max_length=2_000,
        label="Only at these hours",
        widget=forms.Textarea(attrs={"rows": 2, "placeholder": "mon-fri 09:00-17:00"}),
        help_text="One a line. Empty: always.",
    )
    hours_zone = ZoneField(required=False, initial="UTC", help_text="Of these hours.")
    outside = forms.BooleanField(required=False, label="Outside these hours instead")

    def __init__(self, *args: Any, choices: Mapping[str, list[tuple[str, str]]], **opts: Any):
        super().__init__(*args, **opts)
        for name, options in choices.items():
            field = self.fields[name]
            assert isinstance(field, forms.MultipleChoiceField)
            field.choices = options
        if not choices["contacts"]:
            del self.fields["contacts"]

    @property
    def condition_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in CONDITIONS]

    @property
    def main_fields(self) -> list[forms.BoundField]:
        return [self[name] for name in self.fields if name not in (*CONDITIONS, "DELETE")]

    @property
    def is_conditional(self) -> bool:
        """Whether one of the folded fields says something, or is wrong."""
        return any(
            self[name].errors or (name != "hours_zone" and self[name].value())
            for name in CONDITIONS
        )

    def clean_after(self) -> object:
        return read_wait(self.cleaned_data["after"])

    def clean_hours(self) -> list[dict[str, Any]]:
        lines = [line.strip().lower() for line in self.cleaned_data["hours"].splitlines()]
        return [read_hours(line) for line in lines if line]

    def step(self) -> dict[str, Any]:
        """As `save_policy` takes it."""
        data = self.cleaned_data
        hours = {
            "time_zone": data.get("hours_zone") or "UTC",
            "windows": data["hours"],
            "outside": data["outside"],
        }
        return {
            "after_seconds": data["after"],
            "targets": self.targets(),
            "severities": data["severities"],
            "hours": hours if data["hours"] else None,
            "round_robin": data["round_robin"],
        }

    def targets(self) -> list[dict[str, str]]:
        data = self.cleaned_data
        channels = re.split(r"[,\s]+", data.get("slack_channels") or "")
        found = [{"schedule": slug} for slug in data.get("schedules", ())]
        found += [{"user": email} for email in data.get("users", ())]
        found += [{"team": slug} for slug in data.get("teams", ())]
        found += [{"contact": slug} for slug in data.get("contacts", ())]
        return found + [{"slack_channel": name} for name in channels if name]


class _Steps(forms.BaseFormSet[StepForm]):
    """The first step of a new policy pages at once unless somebody says otherwise."""

    def add_fields(self, form: StepForm, index: int | None) -> None:
        super().add_fields(form, index)
        if index == 0 and not self.initial_form_count():
            form.fields["after"].initial = "0"


StepFormSet = forms.formset_factory(
    StepForm,
    formset=_Steps,
    extra=1,
    max_num=50,
    validate_max=True,
    can_delete=True,
    can_delete_extra=False,
)
EMPTY_STEP = {"after": "5m", "hours_zone": "UTC"}


def target_choices() -> dict[str, list[tuple[str, str]]]:
    return {
        "schedules": list(Schedule.objects.values_list("slug", "name")),
        "users": people_choices(),
        "teams": list(Team.objects.values_list("slug", "name")),
        "contacts": [
            (str(contact.slug), contact.label)
            for contact in ContactMethod.objects.exclude(slug=None).order_by("slug")
        ],
    }


def steps_initial(policy: EscalationPolicy) -> list[dict[str, Any]]:
    return [
        {
            "after": write_seconds(step.after_seconds),
            "contacts": [t.contact.slug for t in step.targets.all() if t.contact],
            "round_robin": step.round_robin,
            "severities": step.severities,
            "hours": write_hours(step.hours["windows"]) if step.hours else "",
            "hours_zone": step.hours["time_zone"] if step.hours else "UTC",
            "outside": bool(step.hours and step.hours["outside"]),
            "schedules": [t.schedule.slug for t in step.targets.all() if t.schedule],
            "users": [t.user.email for t in step.targets.all() if t.user],
            "teams": [t.team.slug for t in step.targets.all() if t.team],
            "slack_channels": ", ".join(t.slack_channel for t in step.targets.all()).strip(", "),
        }
        for step in policy.steps.all()
    ]
