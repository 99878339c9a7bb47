"""Forms of the incident pages. They read input; the services decide."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db.models import QuerySet

from accounts.models import Role, User
from alerts.models import SEVERITIES
from catalog.models import System
from core.lifecycle import Move
from core.stale import SeenForm
from incidents.models import Incident, IncidentRole
from incidents.services.rows import MAX_TITLE, TIME_FIELDS
from incidents.services.updates import MAX_UPDATE
from incidents.timeline import MAX_TEXT

_TIME_LABELS = {
    "onset_at": ("Onset", "When it began to go wrong, as far as it is known."),
    "detected_at": ("Detected", "When a person or a check first noticed."),
    "acknowledged_at": ("Acknowledged", ""),
    "mitigated_at": ("Mitigated", "When people stopped feeling it."),
    "resolved_at": ("Resolved", ""),
}


class MomentField(forms.DateTimeField):
    """A point in time in the viewer's zone, to the second."""

    def __init__(self, **options: Any) -> None:
        widget = forms.DateTimeInput(
            attrs={"type": "datetime-local", "step": "1"}, format="%Y-%m-%dT%H:%M:%S"
        )
        super().__init__(required=False, widget=widget, **options)


class PersonField(forms.ModelChoiceField[User]):
    """Somebody by name and address: two people may share a name."""

    def __init__(self, queryset: QuerySet[User], **options: Any) -> None:
        super().__init__(queryset, **options)

    def label_from_instance(self, obj: User) -> str:
        return f"{obj.name} ({obj.email})"


def responders() -> QuerySet[User]:
    return User.objects.filter(is_active=True).exclude(role=Role.VIEWER)


def _systems(user: User) -> QuerySet[System]:
    systems = System.objects.visible_to(user).exclude(stage=System.Stage.RETIRED)
    return systems.only("slug", "name", "tier").order_by("tier", "name")


def _systems_field(**options: Any) -> forms.ModelMultipleChoiceField[System]:
    return forms.ModelMultipleChoiceField(
        System.objects.none(),
        required=False,
        to_field_name="slug",
        label="Affected systems",
        widget=forms.CheckboxSelectMultiple,
        **options,
    )


def _summary() -> forms.CharField:
    return forms.CharField(
        required=False,
        max_length=MAX_TEXT,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="What people notice, since when, what you have tried. Markdown.",
    )


class DeclareForm(forms.Form):
    title = forms.CharField(
        max_length=MAX_TITLE,
        label="What is wrong",
        help_text="In the words of those who are affected.",
        widget=forms.TextInput(attrs={"autofocus": True, "autocomplete": "off"}),
    )
    severity = forms.ChoiceField(choices=SEVERITIES, initial="sev3", widget=forms.RadioSelect)
    systems = _systems_field(help_text="The first one's escalation policy is paged.")
    summary = _summary()
    private = forms.BooleanField(
        required=False,
        help_text="Only you, those who are paged and those you let in see that it exists.",
    )

    def __init__(self, *args: Any, user: User, **options: Any) -> None:
        super().__init__(*args, **options)
        _set_queryset(self, "systems", _systems(user))


class EditForm(SeenForm):
    title = forms.CharField(max_length=MAX_TITLE)
    summary = _summary()
    systems = _systems_field()

    def __init__(self, *args: Any, user: User, incident: Incident, **options: Any) -> None:
        have = list(incident.systems.values_list("pk", "slug"))
        options["initial"] = {
            "title": incident.title,
            "summary": incident.summary,
            "systems": [slug for _, slug in have],
        }
        super().__init__(*args, **options)
        kept = System.objects.filter(pk__in=[pk for pk, _ in have])
        _set_queryset(self, "systems", (_systems(user) | kept.only("slug", "name", "tier")))
        self.remember()


class TransitionForm(forms.Form):
    note = forms.CharField(max_length=MAX_TEXT, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args: Any, move: Move, **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["note"].required = "note" in move.requires
        self.fields["note"].help_text = "Goes on the timeline."


class NoteForm(forms.Form):
    text = forms.CharField(max_length=MAX_TEXT, widget=forms.Textarea(attrs={"rows": 3}))
    occurred_at = MomentField(
        label="When it happened", help_text="In your time zone. Empty means now."
    )


class UpdateForm(forms.Form):
    text = forms.CharField(
        max_length=MAX_UPDATE,
        label="How it stands",
        help_text="What people feel, what is known, what is done next. Markdown.",
        widget=forms.Textarea(attrs={"rows": 5, "autofocus": True}),
    )
    next_in_minutes = forms.TypedChoiceField(
        choices=[
            ("", "After what is usual for the severity"),
            ("15", "In 15 minutes"),
            ("30", "In 30 minutes"),
            ("60", "In 1 hour"),
            ("120", "In 2 hours"),
            ("240", "In 4 hours"),
            ("1440", "Tomorrow at this time"),
            ("0", "No further update is promised"),
        ],
        coerce=int,
        empty_value=None,
        required=False,
        label="The next update",
        help_text="Whoever leads is reminded when it is due.",
    )


class SeverityForm(SeenForm):
    severity = forms.ChoiceField(choices=SEVERITIES, widget=forms.RadioSelect)
    reason = forms.CharField(
        required=False, max_length=1000, help_text="Why it changed. Goes on the timeline."
    )

    def __init__(self, *args: Any, incident: Incident, **options: Any) -> None:
        options["initial"] = {"severity": incident.severity}
        super().__init__(*args, **options)
        self.remember()


class RoleForm(forms.Form):
    role = forms.ChoiceField(choices=IncidentRole.Role.choices)
    user = PersonField(User.objects.none(), required=False, label="Person", empty_label="Nobody")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        _set_queryset(self, "user", responders())


class TaskForm(forms.Form):
    title = forms.CharField(max_length=MAX_TITLE)
    owner = PersonField(User.objects.none(), required=False, empty_label="Nobody yet")

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        _set_queryset(self, "owner", responders())


class TimesForm(SeenForm):
    """The five times, each may be unknown."""

    def __init__(self, *args: Any, incident: Incident, **options: Any) -> None:
        options["initial"] = {name: getattr(incident, name) for name in TIME_FIELDS}
        super().__init__(*args, **options)
        for name in TIME_FIELDS:
            label, words = _TIME_LABELS[name]
            self.fields[name] = MomentField(label=label, help_text=words)
        self.remember()


class MergeForm(forms.Form):
    into = forms.CharField(
        max_length=40,
        label="Merge into",
        help_text="The reference of the incident that stays, for example INC-42.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "placeholder": "INC-42"}),
    )


class PageForm(forms.Form):
    user = PersonField(User.objects.none(), label="Person")
    reason = forms.CharField(
        required=False, max_length=200, help_text="Stands in the page they get."
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        _set_queryset(self, "user", responders())


class MemberForm(forms.Form):
    user = PersonField(User.objects.filter(is_active=True), label="Person")


def _set_queryset(form: forms.Form, name: str, queryset: QuerySet[Any]) -> None:
    field: Any = form.fields[name]
    field.queryset = queryset
