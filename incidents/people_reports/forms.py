"""Forms of the report pages. They read input; the services decide."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.models import User
from alerts.models import SEVERITIES
from catalog.models import System
from incidents.people_reports.services import LIMITS, Said

URGENCY = [
    ("sev3", "Wrong: somebody should look"),
    ("sev2", "Harmful: it does damage now"),
    ("sev4", "Odd: it can wait"),
]


def _long(label: str, name: str, rows: int, help_text: str = "", required: bool = False) -> Any:
    return forms.CharField(
        label=label, required=required, max_length=LIMITS[name], help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows}),
    )  # fmt: skip


class SaidForm(forms.Form):
    """What the public form asks: plain words for whoever got the answer."""

    text = _long("What was wrong?", "text", 4, "What it said, and what is true.", required=True)
    answer = _long("The answer", "answer", 4, "Copied as it was, if you can.")
    prompt = _long("What you asked", "prompt", 3)
    severity = forms.ChoiceField(choices=URGENCY, initial="sev3", label="How urgent is it?")
    contact = forms.CharField(
        required=False, max_length=LIMITS["contact"], label="How to reach you",
        help_text="Only if you want to hear of it.",
    )  # fmt: skip
    version = forms.CharField(required=False, max_length=LIMITS["version"], label="Version")
    trace_id = forms.CharField(required=False, max_length=LIMITS["trace_id"], label="Trace id")

    def said(self) -> Said:
        names = ("text", "answer", "prompt", "version", "trace_id", "contact", "severity")
        return Said(**{name: self.cleaned_data[name] for name in names})


class PublicForm(SaidForm):
    """Version and trace come along in the address; nobody is asked for them."""

    version = forms.CharField(required=False, max_length=LIMITS["version"],
                              widget=forms.HiddenInput)  # fmt: skip
    trace_id = forms.CharField(required=False, max_length=LIMITS["trace_id"],
                               widget=forms.HiddenInput)  # fmt: skip


class ReportForm(SaidForm):
    """For people who are signed in."""

    field_order = ("system", "version", "text", "answer", "prompt", "trace_id", "severity")
    system = forms.ModelChoiceField(
        System.objects.none(), to_field_name="slug", empty_label="Choose one", label="Which system?"
    )

    def __init__(self, *args: Any, user: User, **options: Any) -> None:
        super().__init__(*args, **options)
        del self.fields["contact"]
        field = self.fields["system"]
        assert isinstance(field, forms.ModelChoiceField)
        field.queryset = System.objects.visible_to(user).defer("search").order_by("name")

    def said(self) -> Said:
        self.cleaned_data["contact"] = ""
        return super().said()


class LinkForm(forms.Form):
    incident = forms.CharField(max_length=40, label="Incident", help_text="For example INC-42.")


class DeclareForm(forms.Form):
    title = forms.CharField(max_length=300, label="Title")
    severity = forms.ChoiceField(choices=SEVERITIES, initial="sev3", label="Severity")


class DismissForm(forms.Form):
    reason = forms.CharField(
        max_length=500, label="Why is it no fault?",
        help_text="Further reports are counted and alert nobody.",
    )  # fmt: skip


class RevealForm(forms.Form):
    reason = forms.CharField(
        max_length=500, label="Why do you need it?",
        help_text="It is written to the audit trail with your name.",
    )  # fmt: skip


class RuleForm(forms.Form):
    people = forms.IntegerField(
        min_value=1, max_value=1_000, label="People",
        help_text="So many must report the same; one person counts once.",
    )  # fmt: skip
    within_minutes = forms.IntegerField(min_value=1, max_value=10_080, label="Within minutes")
    severity = forms.ChoiceField(
        choices=SEVERITIES, label="Severity of the alert",
        help_text="The worst of the reports counts where it is worse.",
    )  # fmt: skip


class LinkNewForm(forms.Form):
    name = forms.CharField(max_length=120, label="Where is it used?",
                           help_text="For example: help centre.")  # fmt: skip
    per_hour = forms.IntegerField(min_value=1, max_value=10_000, initial=300,
                                  label="Most reports an hour")  # fmt: skip
