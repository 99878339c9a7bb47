"""Forms about follow-ups. They read input; the services decide."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.models import Team, User
from accounts.selectors import visible_teams
from core.stale import SeenForm
from incidents.forms import PersonField, responders
from incidents.models import Incident
from incidents.selectors.causes import causes_of
from postmortems.actions.reading import MAX_PROOF, MAX_TEXT, MAX_TITLE
from postmortems.models import Action

NO_PROOF = ("", "Not linked yet")


def _area(rows: int, *, help_text: str, required: bool = False, **options: Any) -> forms.CharField:
    return forms.CharField(
        required=required,
        max_length=MAX_TEXT,
        help_text=help_text,
        widget=forms.Textarea(attrs={"rows": rows}),
        **options,
    )


def _owner() -> PersonField:
    return PersonField(User.objects.none(), required=False, empty_label="Nobody yet")


def _due_on(**options: Any) -> forms.DateField:
    widget = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    return forms.DateField(label="Due on", widget=widget, **options)


class ActionForm(SeenForm):
    """A new action, or the fields of one that is there."""

    title = forms.CharField(
        max_length=MAX_TITLE, help_text="What will be different, in a form that can be checked."
    )
    type = forms.ChoiceField(
        choices=[
            ("prevent", "Prevent: stops it from happening again"),
            ("detect", "Detect: shortens the time to notice"),
            ("mitigate", "Mitigate: limits the impact, speeds recovery"),
            ("process", "Process: changes how people work or decide"),
        ]
    )
    owner = _owner()
    team = forms.ModelChoiceField(Team.objects.none(), required=False, empty_label="No team")
    due_on = _due_on(required=False, help_text="Empty: the date that goes with the severity.")
    priority = forms.ChoiceField(choices=Action.Priority.choices, initial="p2")
    done_criterion = _area(
        2, label="Done when", help_text="What shows that it is done, so that two people agree."
    )
    cause = forms.ChoiceField(required=False, label="Cause that it is about")
    required = forms.BooleanField(
        required=False, help_text="The incident cannot be closed before it is done."
    )
    detail = _area(4, help_text="Markdown.")

    def __init__(
        self,
        *args: Any,
        user: User,
        incident: Incident,
        action: Action | None = None,
        **options: Any,
    ) -> None:
        if action is not None:
            options["initial"] = {name: getattr(action, name) for name in self.base_fields}
        super().__init__(*args, **options)
        fields: Any = self.fields
        fields["owner"].queryset = responders()
        fields["team"].queryset = visible_teams(user)
        causes = {one.cause.slug: one.cause.name for one in causes_of(incident) if one.holds}
        if action is not None and action.cause:
            causes.setdefault(action.cause, action.cause)
        fields["cause"].choices = [("", "None of them"), *causes.items()]
        if action is not None:
            fields["due_on"].required = True
            fields["due_on"].help_text = ""
            self.remember()


class MoveForm(forms.Form):
    """What a move asks for: a reason, or what proves that it is done."""

    reason = _area(3, help_text="Stays with the action.")
    proof_kind = forms.ChoiceField(
        required=False, label="What shows it", choices=[NO_PROOF, *Action.Proof.choices]
    )
    proof = forms.CharField(
        required=False,
        max_length=MAX_PROOF,
        label="Where it is",
        help_text="The address of the evaluation case, the slug of the SLO, the change.",
    )

    def __init__(self, *args: Any, to: str, action: Action, needs: bool, **options: Any) -> None:
        options["initial"] = {"proof_kind": action.proof_kind, "proof": action.proof}
        super().__init__(*args, **options)
        if to != "done":
            del self.fields["proof_kind"], self.fields["proof"]
        self.fields["reason"].required = needs
        if to == "done":
            self.fields["reason"].label = "Note"


class AcceptForm(forms.Form):
    """Taking up a proposal: whose it is and until when."""

    owner = _owner()
    due_on = _due_on(required=True)
    done_criterion = _area(
        2,
        required=True,
        label="Done when",
        help_text="What shows that it is done, so that two people agree.",
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field: Any = self.fields["owner"]
        field.queryset = responders()


class DeclineForm(forms.Form):
    reason = _area(3, required=True, help_text="Why it is not worth doing. Stays to be read.")
