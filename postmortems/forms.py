"""Forms of the document's pages. They read input; the services decide."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from accounts.models import Role, User
from core.lifecycle import Move
from postmortems.choosing import current_versions
from postmortems.models import Postmortem, TemplateVersion
from postmortems.services.drafts import DUE_AFTER
from postmortems.services.review import MAX_COMMENT
from postmortems.services.rows import MAX_NOTE, MAX_TITLE
from postmortems.services.status import MAX_ADDENDUM


class PersonField(forms.ModelChoiceField[User]):
    """Somebody by name and address: two people may share a name."""

    def label_from_instance(self, obj: User) -> str:
        return f"{obj.name} ({obj.email})"


def _writers() -> QuerySet[User]:
    return User.objects.filter(is_active=True).exclude(role=Role.VIEWER)


def _set_people(form: forms.Form, name: str, people: QuerySet[User]) -> None:
    field = form.fields[name]
    assert isinstance(field, forms.ModelChoiceField)
    field.queryset = people


class NoteForm(forms.Form):
    note = forms.CharField(max_length=MAX_NOTE, widget=forms.Textarea(attrs={"rows": 5}))

    def __init__(self, *args: Any, move: Move, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["note"].required = "note" in move.requires


class AssignForm(forms.Form):
    owner = PersonField(
        User.objects.none(), required=False, empty_label="Nobody", label="Who writes it"
    )
    due_at = forms.DateTimeField(
        required=False,
        label="To be published by",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        help_text="In your time zone. Empty: no date, and no reminders. By severity it is "
        + ", ".join(f"{after.days} days for {name.upper()}" for name, after in DUE_AFTER.items())
        + " after the end.",
    )

    def __init__(self, *args: Any, postmortem: Postmortem, **options: Any) -> None:
        options["initial"] = {"owner": postmortem.owner_id, "due_at": postmortem.due_at}
        super().__init__(*args, **options)
        _set_people(self, "owner", _writers())


class TitleForm(forms.Form):
    title = forms.CharField(max_length=MAX_TITLE)


class ReasonForm(forms.Form):
    reason = forms.CharField(
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        label="Why no postmortem is needed",
        help_text="It stays to be read. The postmortem can be taken up again.",
    )


class ReviewerForm(forms.Form):
    user = PersonField(User.objects.none(), label="Who should review it")

    def __init__(self, *args: Any, postmortem: Postmortem, **options: Any) -> None:
        super().__init__(*args, **options)
        asked = postmortem.reviews.values("user")
        people = User.objects.filter(is_active=True).exclude(pk__in=asked)
        _set_people(self, "user", people.exclude(pk=postmortem.owner_id or 0))


class CommentForm(forms.Form):
    text = forms.CharField(
        max_length=MAX_COMMENT, widget=forms.Textarea(attrs={"rows": 3}), label="Comment"
    )
    quote = forms.CharField(required=False, max_length=2_000, widget=forms.HiddenInput)


class AddendumForm(forms.Form):
    body = forms.CharField(
        max_length=MAX_ADDENDUM,
        widget=forms.Textarea(attrs={"rows": 12}),
        label="What was learnt since",
        help_text="Markdown. It is numbered and cannot be changed afterwards.",
    )


class TemplateField(forms.ModelChoiceField[TemplateVersion]):
    def label_from_instance(self, obj: TemplateVersion) -> str:
        return obj.title


class StartForm(forms.Form):
    """Which template to begin with; by default the one that fits the incident."""

    template = TemplateField(
        TemplateVersion.objects.none(),
        required=False,
        empty_label="The one that fits the incident",
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["template"]
        assert isinstance(field, TemplateField)
        ids = [version.pk for version in current_versions()]
        field.queryset = TemplateVersion.objects.filter(pk__in=ids).order_by("title")
