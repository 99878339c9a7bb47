"""The form about a cause. It reads input; the services decide."""

from __future__ import annotations

from typing import Any

from django import forms

from taxonomy.editing import MAX_DEFINITION, MAX_NAME
from taxonomy.models import Cause, CauseClass
from taxonomy.selectors import all_classes
from taxonomy.shipped import SCHEMES, shipped

MAX_AREA = 10_000


def _area(label: str, help_text: str, rows: int = 4) -> forms.CharField:
    return forms.CharField(
        required=False,
        max_length=MAX_AREA,
        label=label,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows}),
    )


class CauseForm(forms.Form):
    class_slug = forms.ModelChoiceField(
        CauseClass.objects.none(), to_field_name="slug", label="Class", empty_label=None
    )
    local_name = forms.CharField(
        max_length=50,
        label="Short name",
        help_text="Behind the class, as in drift.covariate. It never changes.",
    )
    name = forms.CharField(max_length=MAX_NAME)
    definition = forms.CharField(
        max_length=MAX_DEFINITION, widget=forms.Textarea(attrs={"rows": 3})
    )
    applies_to = forms.MultipleChoiceField(
        required=False, label="Kinds of systems", widget=forms.CheckboxSelectMultiple
    )
    detection_signals = _area("Signals that show it", "One a line.")
    immediate_mitigations = _area("What helps at once", "One a line.")
    follow_up_actions = _area(
        "What to do afterwards",
        "One a line, with its type before a colon: “detect: Watch the null rate”. Incidents with "
        "this cause propose them.",
    )
    external = _area(
        "Codes elsewhere",
        f"One scheme a line, as “avid: P0101, P0104”. Known: {', '.join(SCHEMES)}.",
    )
    regulatory_check = forms.MultipleChoiceField(
        required=False, label="Duties to check", widget=forms.CheckboxSelectMultiple
    )
    version = forms.IntegerField(required=False, widget=forms.HiddenInput)

    def __init__(self, *args: Any, cause: Cause | None, **options: Any) -> None:
        if cause is not None:
            options["initial"] = _initial(cause)
        super().__init__(*args, **options)
        fields: Any = self.fields
        if cause is not None:
            del fields["class_slug"], fields["local_name"]
        else:
            fields["class_slug"].queryset = all_classes()
        for name, facet in (("applies_to", "system_kind"), ("regulatory_check",) * 2):
            fields[name].choices = [(one.slug, one.slug) for one in shipped().facets[facet]]

    def wanted(self) -> dict[str, Any]:
        """What `save_cause` takes."""
        data = dict(self.cleaned_data)
        owner, version = data.pop("class_slug", None), data.pop("version")
        return {
            **data,
            **({"class_slug": owner.slug} if owner else {}),
            "expected_version": version or None,
            "detection_signals": data["detection_signals"].splitlines(),
            "immediate_mitigations": data["immediate_mitigations"].splitlines(),
            "follow_up_actions": [
                {"type": kind.strip().lower(), "title": title}
                for kind, title in _pairs(data["follow_up_actions"])
            ],
            "external": {
                scheme.strip().lower(): [code.strip() for code in codes.split(",") if code.strip()]
                for scheme, codes in _pairs(data["external"])
            },
        }


def _pairs(text: str) -> list[tuple[str, str]]:
    lines = [line for line in text.splitlines() if line.strip()]
    return [(left, right) for line in lines for left, _, right in [line.partition(":")]]


def _initial(cause: Cause) -> dict[str, Any]:
    return {
        "name": cause.name,
        "definition": cause.definition,
        "applies_to": cause.applies_to,
        "regulatory_check": cause.regulatory_check,
        "detection_signals": "\n".join(cause.detection_signals),
        "immediate_mitigations": "\n".join(cause.immediate_mitigations),
        "follow_up_actions": "\n".join(
            f"{item.get('type')}: {item.get('title')}" for item in cause.follow_up_actions
        ),
        "external": "\n".join(
            f"{scheme}: {', '.join(map(str, codes))}" for scheme, codes in cause.external.items()
        ),
        "version": cause.version,
    }
