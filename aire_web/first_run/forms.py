"""Forms of the first run: the few fields that matter on the first day. The services decide."""

from __future__ import annotations

from datetime import time
from typing import Any

from django import forms

from accounts.forms import ZoneField
from accounts.models import ROLE_RANK, Role, Team, User
from accounts.selectors import people_choices, visible_teams
from catalog.filters import TIERS
from catalog.models import System
from oncall.models import EscalationPolicy, Schedule
from oncall.selectors import visible_policies, visible_schedules

NEW = ""
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


def _choose(form: forms.Form, name: str, choices: list[tuple[str, str]]) -> None:
    field: Any = form.fields[name]
    field.choices = choices


class TeamForm(forms.Form):
    name = forms.CharField(max_length=120, help_text="For example “Assistants”.")
    members = forms.MultipleChoiceField(
        widget=forms.CheckboxSelectMultiple, help_text="Who belongs to it."
    )

    def __init__(self, *args: Any, user: User, **options: Any) -> None:
        options["initial"] = {"members": [user.email]}
        super().__init__(*args, **options)
        _choose(self, "members", people_choices())

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if Team.objects.filter(name__iexact=name).exists():
            raise forms.ValidationError("There is a team of this name already.")
        return name


class SystemForm(forms.Form):
    name = forms.CharField(max_length=120, help_text="For example “Support assistant”.")
    kind = forms.ChoiceField(choices=System.Kind.choices, initial=System.Kind.LLM)
    tier = forms.TypedChoiceField(
        choices=TIERS, coerce=int, initial=2, help_text="1 is the most critical."
    )
    team = forms.ChoiceField(required=False, help_text="Who owns it.")

    def __init__(self, *args: Any, user: User, **options: Any) -> None:
        teams = [(team.slug, team.name) for team in visible_teams(user)]
        options["initial"] = {"team": teams[0][0] if teams else NEW}
        super().__init__(*args, **options)
        _choose(self, "team", [*teams, (NEW, "No team")])

    def clean_name(self) -> str:
        name: str = self.cleaned_data["name"]
        if System.objects.filter(name__iexact=name).exists():
            raise forms.ValidationError("There is a system of this name already.")
        return name


class OnCallForm(forms.Form):
    """Asks only for what is not there: a schedule that exists is chosen, and so is a policy."""

    system = forms.ChoiceField(help_text="Incidents of this system page by it.")
    policy = forms.ChoiceField(label="Escalation policy", required=False)
    schedule = forms.ChoiceField(required=False)
    name = forms.CharField(
        max_length=120, required=False, help_text="Names the schedule and the policy."
    )
    people = forms.MultipleChoiceField(
        required=False,
        widget=forms.CheckboxSelectMultiple,
        label="Who takes turns",
        help_text="A week each, in this order. Viewers cannot acknowledge, so they are left out.",
    )
    weekday = forms.TypedChoiceField(
        choices=list(enumerate(WEEKDAYS)), coerce=int, initial=0, label="Hand-off on"
    )
    handoff = forms.TimeField(
        initial=time(9, 0),
        label="Hand-off at",
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
    )
    time_zone = ZoneField(help_text="Hand-offs happen by the clocks of this zone.")
    then_team = forms.ChoiceField(
        required=False, label="When nobody answers, page", help_text="Everyone in it, at once."
    )
    minutes = forms.IntegerField(
        min_value=1, max_value=120, initial=5, label="After this many minutes"
    )

    MAKES_SCHEDULE = ("name", "people", "weekday", "handoff", "time_zone")
    MAKES_POLICY = ("then_team", "minutes")

    def __init__(self, *args: Any, user: User, **options: Any) -> None:
        teams = [(team.slug, team.name) for team in visible_teams(user)]
        options["initial"] = {
            "name": f"{teams[0][1]} on-call"[:120] if teams else "On-call",
            "people": [user.email],
            "time_zone": user.time_zone,
            "then_team": teams[0][0] if teams else NEW,
        }
        super().__init__(*args, **options)
        self.policies = {policy.slug: policy for policy in visible_policies(user)}
        self.schedules = {
            schedule.slug: schedule
            for schedule in visible_schedules(user).filter(rotations__members__isnull=False)
        }
        self.systems = {
            system.slug: system
            for system in System.objects.visible_to(user).exclude(stage="retired").order_by("-pk")
        }
        _choose(self, "system", [(slug, system.name) for slug, system in self.systems.items()])
        _choose(self, "policy", [(slug, policy.name) for slug, policy in self.policies.items()])
        _choose(self, "schedule", [(slug, found.name) for slug, found in self.schedules.items()])
        _choose(self, "people", _responders())
        _choose(self, "then_team", [*teams, (NEW, "Nobody else, only the fallback")])
        self._drop_what_is_there()

    def _drop_what_is_there(self) -> None:
        unasked: tuple[str, ...] = ()
        if self.policies:
            unasked = ("schedule", *self.MAKES_SCHEDULE, *self.MAKES_POLICY)
        elif self.schedules:
            unasked = ("policy", *self.MAKES_SCHEDULE)
        else:
            unasked = ("policy", "schedule")
        for name in unasked:
            del self.fields[name]
        for name in ("policy", "schedule", "name", "people"):
            if name in self.fields:
                self.fields[name].required = True

    @property
    def system_row(self) -> System:
        return self.systems[self.cleaned_data["system"]]

    @property
    def policy_row(self) -> EscalationPolicy | None:
        return self.policies.get(self.cleaned_data.get("policy", ""))

    @property
    def schedule_row(self) -> Schedule | None:
        return self.schedules.get(self.cleaned_data.get("schedule", ""))


def _responders() -> list[tuple[str, str]]:
    able = [role for role, rank in ROLE_RANK.items() if rank >= ROLE_RANK[Role.RESPONDER]]
    emails = set(User.objects.filter(is_active=True, role__in=able).values_list("email", flat=True))
    return [(email, name) for email, name in people_choices() if email in emails]


class TestPageForm(forms.Form):
    """The token makes a form that is sent twice one page."""

    token = forms.UUIDField(widget=forms.HiddenInput)
