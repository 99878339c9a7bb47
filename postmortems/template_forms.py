"""The editor of a template: its head, and its sections as a formset. No rules: `template_body`."""

from __future__ import annotations

from typing import Any

from django import forms
from django.forms import BaseFormSet, formset_factory

from catalog.models import System
from core.errors import Invalid
from postmortems.services.templates import MAX_TITLE
from postmortems.template_body import (
    MAX_QUESTIONS,
    MAX_SECTIONS,
    SEVERITY_NAMES,
    TemplateBody,
    TemplateSection,
)
from taxonomy.models import CauseClass


def _classes() -> list[tuple[str, str]]:
    return list(CauseClass.objects.values_list("slug", "name"))


class TemplateForm(forms.Form):
    title = forms.CharField(max_length=MAX_TITLE, label="Name")
    slug = forms.SlugField(
        max_length=63, label="Short name", help_text="In files and addresses; it stays as it is."
    )
    description = forms.CharField(
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 2}),
        label="What it is for",
    )
    system_kinds = forms.MultipleChoiceField(
        required=False,
        choices=System.Kind.choices,
        widget=forms.CheckboxSelectMultiple,
        help_text="Nothing chosen: any kind.",
    )
    cause_classes = forms.MultipleChoiceField(
        required=False,
        choices=_classes,
        widget=forms.CheckboxSelectMultiple,
        help_text="Chosen for incidents whose surest cause is of such a class. Nothing: any.",
    )
    position = forms.IntegerField(
        min_value=0,
        max_value=10_000,
        initial=500,
        help_text="Of two that fit equally well the lower one is chosen.",
    )

    def __init__(self, *args: Any, fixed: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["slug"].disabled = fixed


class SectionForm(forms.Form):
    title = forms.CharField(max_length=120)
    key = forms.SlugField(max_length=63, help_text="For example bundle-diff.")
    guidance = forms.CharField(
        required=False, max_length=2_000, widget=forms.Textarea(attrs={"rows": 2})
    )
    questions = forms.CharField(
        required=False,
        max_length=300 * MAX_QUESTIONS,
        widget=forms.Textarea(attrs={"rows": 3}),
        help_text="One a line.",
    )
    severities = forms.MultipleChoiceField(
        required=False,
        choices=[(name, name.upper()) for name in SEVERITY_NAMES],
        widget=forms.CheckboxSelectMultiple,
        label="Required for",
    )
    classes = forms.MultipleChoiceField(
        required=False,
        choices=_classes,
        widget=forms.SelectMultiple(attrs={"size": 4}),
        label="Required for causes of",
    )

    def section(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            "key": data["key"],
            "title": data["title"],
            "guidance": data["guidance"],
            "questions": [line.strip() for line in data["questions"].split("\n") if line.strip()],
            "requiredFor": {"severities": data["severities"], "causeClasses": data["classes"]},
        }


SectionFormSet = formset_factory(
    SectionForm,
    extra=1,
    can_order=True,
    can_delete=True,
    max_num=MAX_SECTIONS,
    absolute_max=MAX_SECTIONS,
)
Sections = BaseFormSet[SectionForm]


def initial_of(body: TemplateBody) -> list[dict[str, Any]]:
    return [_initial(section) for section in body.sections]


def _initial(section: TemplateSection) -> dict[str, Any]:
    return {
        "title": section.title,
        "key": section.key,
        "guidance": section.guidance,
        "questions": "\n".join(section.questions),
        "severities": section.required_for.severities,
        "classes": section.required_for.cause_classes,
    }


def body_data(form: TemplateForm, sections: Sections, *, retired: bool) -> dict[str, Any]:
    """What `services.templates.body_of_input` checks. Raises `Invalid` for no section at all."""
    rows = [one.section() for one in sections.ordered_forms if one.cleaned_data.get("key")]
    if not rows:
        raise Invalid("A template needs a section.", errors={"title": ["Add a section below."]})
    data = form.cleaned_data
    return {
        "description": data["description"],
        "systemKinds": data["system_kinds"],
        "causeClasses": data["cause_classes"],
        "position": data["position"],
        "retired": retired,
        "sections": rows,
    }
