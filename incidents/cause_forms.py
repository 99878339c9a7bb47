"""Forms about causes. They read input; the services decide."""

from __future__ import annotations

from typing import Any

from django import forms

from core.stale import SeenForm
from incidents.models import IncidentCause
from incidents.services.causes import MAX_EXPLAINS
from incidents.timeline import MAX_TEXT
from taxonomy.selectors import cause_choices

ROLE_HELP = {
    "trigger": "The event or change after which it began.",
    "contributing": "Made it possible or worse.",
    "latent": "Was there long before and waited for a trigger.",
    "detection-gap": "Delayed noticing.",
    "response-gap": "Delayed or hampered recovery.",
}


def _role() -> forms.ChoiceField:
    choices = [
        (value, f"{label}: {ROLE_HELP[value]}") for value, label in IncidentCause.Role.choices
    ]
    return forms.ChoiceField(choices=choices, initial="contributing")


def _confidence() -> forms.ChoiceField:
    return forms.ChoiceField(choices=IncidentCause.Confidence.choices, initial="suspected")


def _explains() -> forms.CharField:
    return forms.CharField(
        required=False,
        max_length=MAX_EXPLAINS,
        label="What it explains",
        help_text="Which part of what people saw.",
        widget=forms.Textarea(attrs={"rows": 2}),
    )


def _evidence() -> forms.CharField:
    return forms.CharField(
        required=False,
        max_length=MAX_TEXT,
        help_text="What shows it, or what rules it out: numbers, links, versions. Markdown.",
        widget=forms.Textarea(attrs={"rows": 5}),
    )


class CauseForm(forms.Form):
    cause = forms.ChoiceField(label="Cause")
    role = _role()
    confidence = _confidence()
    explains = _explains()
    evidence = _evidence()

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["cause"]
        field.choices = [("", "Choose a cause"), *cause_choices()]


class CauseChangeForm(SeenForm):
    role = _role()
    confidence = _confidence()
    explains = _explains()
    evidence = _evidence()

    def __init__(self, *args: Any, attached: IncidentCause, **options: Any) -> None:
        options["initial"] = {name: getattr(attached, name) for name in self.base_fields}
        super().__init__(*args, **options)
        self.remember()
