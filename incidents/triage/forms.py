"""Forms of the triage pages. They read input; the services decide."""

from __future__ import annotations

from typing import Any

from django import forms

from alerts.models import SEVERITIES
from incidents.forms import MomentField
from incidents.models import Incident
from incidents.severity_guide import AXES
from incidents.triage.models import CauseEvidence


class GuideForm(forms.Form):
    """The four questions, each with its answers."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, (label, table) in AXES.items():
            choices = [(key, words) for key, (_, words) in table.items()]
            self.fields[name] = forms.ChoiceField(choices=choices, label=label)


class FindingForm(forms.Form):
    stance = forms.ChoiceField(choices=CauseEvidence.Stance.choices, label="What does it do?")
    text = forms.CharField(max_length=2_000, label="What was found?",
                           widget=forms.Textarea(attrs={"rows": 3}))  # fmt: skip
    sample = forms.IntegerField(required=False, min_value=1, label="Sample",
                                help_text="Its number, if one shows it.")  # fmt: skip


class OnsetForm(forms.Form):
    """The bounds, each with seconds in the reader's zone."""

    earliest = MomentField(label="Not before", help_text="The last time it was known to be sound.")
    likeliest = MomentField(label="Most likely")
    latest = MomentField(label="Not after", help_text="The first time it was known to be wrong.")
    basis = forms.CharField(max_length=500, label="On what ground?")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name in ("earliest", "likeliest", "latest"):
            self.fields[name].required = True


class SplitForm(forms.Form):
    title = forms.CharField(max_length=300, label="Title of the other one")
    severity = forms.ChoiceField(choices=SEVERITIES, label="Severity")
    alerts = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)
    causes = forms.TypedMultipleChoiceField(required=False, coerce=int,
                                            widget=forms.CheckboxSelectMultiple)  # fmt: skip
    samples = forms.TypedMultipleChoiceField(required=False, coerce=int,
                                             widget=forms.CheckboxSelectMultiple)  # fmt: skip
    systems = forms.TypedMultipleChoiceField(
        required=False, coerce=int, widget=forms.CheckboxSelectMultiple,
        help_text="None chosen: all of them.",
    )  # fmt: skip

    def __init__(self, *args: Any, incident: Incident, **options: Any) -> None:
        options["initial"] = {"severity": incident.severity}
        super().__init__(*args, **options)
        links = incident.alert_links.select_related("alert").order_by("-joined_at")[:100]
        causes = incident.causes.select_related("cause").order_by("id")
        self._choose("alerts", [(str(link.alert_id), link.alert.title[:120]) for link in links])
        self._choose("causes", [(one.pk, one.cause.name) for one in causes])
        samples = incident.samples.values_list("number", "title")
        self._choose("samples", [(number, f"{number}. {title}") for number, title in samples])
        self._choose("systems", list(incident.systems.values_list("pk", "name").order_by("name")))

    def _choose(self, name: str, choices: list[tuple[Any, str]]) -> None:
        field: Any = self.fields[name]
        field.choices = choices
        if not choices:
            del self.fields[name]
