"""Forms of the settings pages. They read input; the services decide."""

from __future__ import annotations

from typing import Any

from django import forms

from accounts.models import ApiKey, Role, User
from accounts.selectors import people_choices, time_zone_choices
from core.errors import Invalid


def show_errors(form: forms.BaseForm, error: Invalid) -> None:
    """Put a service's sentences beside the fields they are about."""
    if not error.errors:
        form.add_error(None, error.message)
    for field, sentences in error.errors.items():
        form.add_error(field if field in form.fields else None, list(sentences))


class ZoneField(forms.ChoiceField):
    """A time zone; a stored one that the list leaves out stays choosable."""

    def __init__(self, **options: Any) -> None:
        super().__init__(choices=time_zone_choices, label="Time zone", **options)

    def valid_value(self, value: Any) -> bool:
        return True  # the service knows every zone, this list only the usual ones


class ProfileForm(forms.Form):
    name = forms.CharField(max_length=120)
    time_zone = ZoneField(help_text="Times are shown to you in this zone.")
    theme = forms.ChoiceField(
        required=False, choices=[("", "As my system"), ("light", "Light"), ("dark", "Dark")]
    )
    single_keys = forms.BooleanField(
        required=False,
        label="Single-key shortcuts",
        help_text="Such as / for search and ? for the list of all. Ctrl+K works always.",
    )

    def __init__(self, *args: Any, user: User, **options: Any) -> None:
        options["initial"] = {
            "name": user.name,
            "time_zone": user.time_zone,
            "theme": user.theme,
            "single_keys": user.single_keys,
        }
        super().__init__(*args, **options)
        _keep_choice(self.fields["time_zone"], user.time_zone)


class KeyForm(forms.Form):
    name = forms.CharField(max_length=120, help_text="What uses it, for example “deploy script”.")
    scopes = forms.MultipleChoiceField(
        choices=ApiKey.Scope.choices,
        widget=forms.CheckboxSelectMultiple,
        initial=[ApiKey.Scope.READ],
        help_text="A key never may more than you may yourself.",
    )
    expires_at = forms.DateTimeField(
        required=False,
        label="Expires",
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}),
        help_text="In your time zone. Empty: it does not expire.",
    )


class PersonForm(forms.Form):
    """`email` is part of the form only for somebody new: an address is never changed."""

    email = forms.EmailField(max_length=254, label="Mail address")
    name = forms.CharField(max_length=120)
    role = forms.ChoiceField(choices=Role.choices, initial=Role.RESPONDER)
    time_zone = ZoneField(initial="UTC")
    password = forms.CharField(
        required=False,
        max_length=1024,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text="Empty: AIRE makes one and shows it once.",
    )

    def __init__(self, *args: Any, person: User | None = None, **options: Any) -> None:
        if person is not None:
            options["initial"] = {
                "name": person.name,
                "role": person.role,
                "time_zone": person.time_zone,
            }
        super().__init__(*args, **options)
        if person is not None:
            del self.fields["email"]
            self.fields["password"].help_text = "Empty: it stays as it is."
            _keep_choice(self.fields["time_zone"], person.time_zone)


class TeamForm(forms.Form):
    slug = forms.CharField(
        max_length=63,
        label="Short name",
        help_text="Lower-case letters, digits and hyphens. It cannot be changed later.",
    )
    name = forms.CharField(max_length=120)
    members = forms.MultipleChoiceField(required=False, widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: Any, members: set[str], is_new: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        choices: Any = self.fields["members"]
        choices.choices = people_choices(also=members)
        if not is_new:
            del self.fields["slug"]


def _keep_choice(field: Any, value: str) -> None:
    if value and all(value != known for known, _ in field.choices):
        field.choices = [(value, value), *field.choices]
