"""Forms of the clock pages. They read input; the services decide."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.utils import timezone

from accounts.models import User
from core import clock
from incidents.models import Incident
from postmortems.clocks.fields import FORMS, Field
from postmortems.clocks.rules import shipped_rules
from postmortems.models import ReportDraft


def _moment(**options: Any) -> forms.DateTimeField:
    widget = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")
    formats = ["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M"]
    return forms.DateTimeField(widget=widget, input_formats=formats, **options)


class StartForm(forms.Form):
    """`what` is rule and trigger in one choice, so that no script has to fit them together."""

    incident = forms.CharField(max_length=24, help_text="For example INC-42")
    what = forms.ChoiceField(label="Duty and what happened")
    role = forms.ChoiceField(label="In which role are you concerned?")
    aware_at = _moment(label="Aware since")
    aware_who = forms.CharField(
        label="Who became aware", max_length=200, required=False, help_text="Empty: you"
    )
    aware_evidence = forms.CharField(
        label="What shows it",
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="The message, alert or call that made somebody aware.",
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rules = [rule for rule in shipped_rules() if rule.has_clock]
        self.fields["what"].choices = [  # type: ignore[attr-defined]  # a ChoiceField
            (
                f"{rule.name}: {rule.status_words.lower()}",
                [(f"{rule.id}/{trigger.id}", trigger.label) for trigger in rule.triggers],
            )
            for rule in rules
        ]
        roles = sorted({role for rule in rules for role in rule.roles})
        self.fields["role"].choices = [(r, r.capitalize()) for r in roles]  # type: ignore[attr-defined]
        self.fields["aware_at"].initial = timezone.localtime(clock.now())


class SubmitForm(forms.Form):
    phase = forms.CharField(max_length=60, widget=forms.HiddenInput)
    submitted_at = _moment(label="Sent at", required=False)
    receipt = forms.CharField(
        label="What shows that it was sent",
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="Reference number, link, or where the copy is kept.",
    )


class ReasonForm(forms.Form):
    """One text: reasons of a decision, note of an answer, reason of a hold."""

    text = forms.CharField(max_length=10_000, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args: Any, label: str, help_text: str = "", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].label = label
        self.fields["text"].help_text = help_text


class OwnerForm(forms.Form):
    owner = forms.ModelChoiceField(queryset=User.objects.none(), label="Who looks after it")

    def __init__(self, *args: Any, incident: Incident, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        people = User.objects.filter(is_active=True)
        if incident.private:
            people = people.filter(pk__in=incident.members.values("user"))
        self.fields["owner"].queryset = people  # type: ignore[attr-defined]  # a ModelChoiceField


class DraftForm(forms.Form):
    """All fields of one form of report, in its groups. Nothing is required for saving."""

    version = forms.IntegerField(widget=forms.HiddenInput, min_value=0)

    def __init__(self, data: Mapping[str, Any] | None, *, draft: ReportDraft) -> None:
        super().__init__(data, initial={**draft.fields, "version": draft.version})
        self._groups = FORMS[draft.form]
        for group in self._groups:
            for field in group.fields:
                self.fields[field.key] = _field(field)

    def grouped(self) -> list[tuple[str, list[forms.BoundField]]]:
        return [
            (group.title, [self[field.key] for field in group.fields]) for group in self._groups
        ]

    def values(self) -> dict[str, str]:
        return {key: str(value) for key, value in self.cleaned_data.items() if key != "version"}


def _field(field: Field) -> forms.Field:
    if field.choices:
        choices = [("", "Not said"), *((value, value.capitalize()) for value in field.choices)]
        return forms.ChoiceField(label=field.label, required=False, choices=choices)
    widget = forms.Textarea(attrs={"rows": 4}) if field.kind == "text" else forms.TextInput()
    return forms.CharField(
        label=field.label,
        required=False,
        max_length=field.most,
        widget=widget,
        help_text=field.help,
    )
