"""Forms that know what their reader saw: a stale one overwrites nothing. Rules of no room."""

from __future__ import annotations

from typing import Any

from django import forms
from django.http import QueryDict


class SeenForm(forms.Form):
    """Sends what each field showed along with what was typed.

    Only what the reader changed is saved. Where somebody else has changed the same field
    meanwhile, `overtaken` names it. A post without the seen values claims to have seen the
    present ones.
    """

    def remember(self) -> None:
        """To be called when all fields are there."""
        told = not self.is_bound or any(
            self.add_initial_prefix(name) in self.data for name in self.fields
        )
        for field in self.fields.values():
            field.show_hidden_initial = told

    def edited(self) -> dict[str, Any]:
        """What the reader changed, and nothing that was only shown."""
        return {name: self.cleaned_data[name] for name in self.changed_data}

    def overtaken(self) -> list[str]:
        """Labels of the fields that somebody else has changed otherwise meanwhile."""
        return [
            str(self[name].label)
            for name in self.changed_data
            if self._differs(name, self._seen(name)) and self._differs(name, self[name].data)
        ]

    def renewed(self) -> None:
        """From now on the reader has seen the present values; what they typed stays."""
        typed = set(self.changed_data)
        data = QueryDict(mutable=True)
        data.update(self.data)
        for name, field in self.fields.items():
            bound, now = self[name], field.prepare_value(self[name].initial)
            shown = {bound.html_initial_name: field.hidden_widget()}
            if name not in typed:
                shown[bound.html_name] = field.widget
            for key, widget in shown.items():
                value = widget.format_value(now)
                data.setlist(key, value if isinstance(value, list) else [value or ""])
        self.data = data

    def _seen(self, name: str) -> Any:
        """As the hidden field has brought it back."""
        bound, field = self[name], self.fields[name]
        if not field.show_hidden_initial:
            return field.prepare_value(bound.initial)
        return field.hidden_widget().value_from_datadict(
            self.data, self.files, bound.html_initial_name
        )

    def _differs(self, name: str, value: Any) -> bool:
        # Browsers send every line's end as two characters, whatever it was.
        if isinstance(value, str):
            value = value.replace("\r\n", "\n")
        return self.fields[name].has_changed(self[name].initial, value)
