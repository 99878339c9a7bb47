"""Forms of the drill pages. They read input; the services decide."""

from __future__ import annotations

from typing import Any

from django import forms

from catalog.models import System
from incidents.drills.models import Drill
from incidents.drills.scenario import Scenario
from incidents.drills.services import MAX_LEARNED


class StartForm(forms.Form):
    """`systems` are the ones that the scenario can happen to."""

    system = forms.ModelChoiceField(
        System.objects.none(), to_field_name="slug", empty_label=None, label="On which system"
    )

    def __init__(self, *args: Any, systems: list[System], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["system"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = System.objects.filter(pk__in=[system.pk for system in systems]).order_by(
            "tier", "name"
        )


class DebriefForm(forms.Form):
    chosen = forms.MultipleChoiceField(
        required=False, label="What did you do?", widget=forms.CheckboxSelectMultiple
    )
    learned = forms.CharField(
        required=False,
        max_length=MAX_LEARNED,
        label="What did you learn?",
        help_text="What was missing, slow or unclear. Markdown.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )

    def __init__(self, *args: Any, drill: Drill, scenario: Scenario, **options: Any) -> None:
        options["initial"] = {"chosen": drill.chosen, "learned": drill.learned}
        super().__init__(*args, **options)
        field = self.fields["chosen"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(text, text[:1].upper() + text[1:]) for text in scenario.choices]
