"""Forms of the evidence pages. They read input; the services decide."""

from __future__ import annotations

from typing import Any

from django import forms

from incidents.evidence.models import AffectedCount
from incidents.evidence.reading import readers
from incidents.evidence.sample import MAX_TRACE

MAX_UPLOAD = 4 * 1024 * 1024


def _area(label: str, rows: int, help_text: str = "") -> forms.CharField:
    return forms.CharField(label=label, required=False, help_text=help_text,
                           widget=forms.Textarea(attrs={"rows": rows}))  # fmt: skip


class SampleForm(forms.Form):
    """One sample by hand, or a file of them."""

    file = forms.FileField(
        required=False, label="A file of samples",
        help_text="JSON or JSONL with the fields of docs/evidence.md, up to 4 MiB. With a file, "
        "the fields below are not read.",
    )  # fmt: skip
    title = forms.CharField(required=False, max_length=200)
    prompt = _area("Prompt", 4)
    context = _area("Context it was given", 3, "Passages, one after an empty line.")
    answer = _area("Answer", 4)
    wrong = _area("What is wrong with it", 2)
    expected = _area("What it should have been", 2)
    versions = _area("Versions", 2, "One a line: model: gpt-4.1, prompt: v31.")
    parameters = _area("Parameters", 2, "One a line: temperature: 0.2.")
    seed = forms.CharField(required=False)
    trace_ids = forms.CharField(required=False, label="Trace ids", help_text="With spaces between.")

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file is not None and file.size > MAX_UPLOAD:
            raise forms.ValidationError(
                f"It has more than {MAX_UPLOAD // 2**20} MiB. Choose the samples that show it."
            )
        return file

    def sample(self) -> dict[str, Any]:
        data = self.cleaned_data
        return {
            **{name: data[name] for name in ("title", "prompt", "answer", "wrong", "expected")},
            "context": [part for part in data["context"].split("\n\n") if part.strip()],
            "versions": _pairs(data["versions"]),
            "parameters": _pairs(data["parameters"]),
            "seed": data["seed"],
            "trace_ids": data["trace_ids"].split(),
        }


class TriesForm(forms.Form):
    n = forms.IntegerField(min_value=1, max_value=1_000_000, label="Tried how often?")
    k = forms.IntegerField(min_value=0, max_value=1_000_000, label="Failed how often?",
                           help_text="0 is a finding, too.")  # fmt: skip
    sample = forms.IntegerField(required=False, min_value=1, label="Which sample?",
                                help_text="Its number; empty for the incident.")  # fmt: skip
    settings = forms.CharField(required=False, max_length=500, label="Under what conditions?",
                               help_text="Model, seed, temperature, place.")  # fmt: skip


class AffectedForm(forms.Form):
    what = forms.ChoiceField(choices=AffectedCount.What.choices, label="Of what?")
    cohort = forms.CharField(required=False, max_length=200, label="Cohort",
                             help_text="Language, region, group; empty: all.")  # fmt: skip
    bound = forms.ChoiceField(choices=AffectedCount.Bound.choices, label="How sure?")
    count = forms.IntegerField(min_value=0, label="How many were affected?")
    of = forms.IntegerField(required=False, min_value=0, label="Out of how many?")
    basis = forms.CharField(max_length=500, label="How is this known?")


class ReportFileForm(forms.Form):
    file = forms.FileField(label="The report", help_text="JSON, up to 2 MiB. It is read and drawn; "
                           "nothing in it is fetched.")  # fmt: skip
    title = forms.CharField(required=False, max_length=200)
    format = forms.ChoiceField(required=False, label="Written by")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["format"]
        field.choices = [("", "Find out"), *((one.name, one.title) for one in readers)]

    def clean_file(self) -> Any:
        file = self.cleaned_data["file"]
        if file.size > MAX_UPLOAD:
            raise forms.ValidationError("It has more than 2 MiB. Attach a summary of it.")
        return file


def _pairs(text: str) -> dict[str, str]:
    pairs = (line.partition(":") for line in text.replace(",", "\n").splitlines() if ":" in line)
    return {name.strip()[:MAX_TRACE]: value.strip() for name, _, value in pairs if name.strip()}
