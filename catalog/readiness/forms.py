"""Forms of the readiness pages. They read input; the services decide."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.models import User
from catalog.readiness.checks import ML_TEST_SCORE, Check
from catalog.readiness.models import ReadinessAnswer
from catalog.readiness.scoring import Answer
from catalog.readiness.services import MAX_EVIDENCE, MAX_NOTE

WORDS = {
    Answer.UNANSWERED: "Not answered",
    Answer.NO: "No",
    Answer.PARTLY: "Partly",
    Answer.YES: "Yes",
    Answer.NOT_APPLICABLE: "Does not apply",
}
RUBRIC_WORDS = {**WORDS, Answer.PARTLY: "By hand, and documented", Answer.YES: "Automated"}


class AnswerForm(forms.Form):
    answer = forms.ChoiceField(widget=forms.RadioSelect)
    evidence = forms.CharField(
        required=False,
        max_length=MAX_EVIDENCE,
        label="What shows it",
        help_text="Markdown. Needed for yes and partly, unless there is a link.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    evidence_url = forms.CharField(required=False, max_length=2048, label="Link to the evidence")
    owner = forms.ChoiceField(required=False, label="Who answers for it")
    waived_until = forms.DateField(
        required=False,
        label="Waived until",
        help_text="An exception with an end, a year at most.",
        widget=forms.DateInput(attrs={"type": "date"}),
    )
    waiver = forms.CharField(required=False, max_length=500, label="Why it is waived")

    def __init__(
        self, *args: Any, check: Check, row: ReadinessAnswer | None, **options: Any
    ) -> None:
        if row is not None:
            options["initial"] = {
                "answer": row.answer,
                "evidence": row.evidence,
                "evidence_url": row.evidence_url,
                "owner": row.owner.email if row.owner else "",
                "waived_until": row.waived_until,
                "waiver": row.waiver,
            }
        super().__init__(*args, **options)
        words = RUBRIC_WORDS if check.rubric == ML_TEST_SCORE else WORDS
        people = User.objects.filter(is_active=True).order_by("name")
        self._choices("answer", [(str(answer), said) for answer, said in words.items()])
        self._choices(
            "owner",
            [("", "Nobody yet"), *((one.email, f"{one.name} ({one.email})") for one in people)],
        )
        if not check.blocking:
            del self.fields["waived_until"], self.fields["waiver"]

    def _choices(self, name: str, choices: list[tuple[str, str]]) -> None:
        field = self.fields[name]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices


class ReviewForm(forms.Form):
    note = forms.CharField(
        required=False,
        max_length=MAX_NOTE,
        label="What was decided",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
