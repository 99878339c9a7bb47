"""The form that begins shadow mode."""

from __future__ import annotations

from typing import Any

from django import forms


class ShadowForm(forms.Form):
    scope = forms.ChoiceField(label="For")
    until = forms.DateTimeField(
        label="Until",
        required=False,
        widget=forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M"),
        input_formats=["%Y-%m-%dT%H:%M"],
        help_text="In your zone. Empty: until somebody ends it.",
    )
    reason = forms.CharField(max_length=300, required=False, label="Why")

    def __init__(self, *args: Any, scopes: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        self.fields["scope"].choices = scopes  # type: ignore[attr-defined]
