"""The box that takes notes and commands. It reads input; the services decide."""

from __future__ import annotations

from django import forms

from incidents.forms import NoteForm
from incidents.timeline import MAX_TEXT


class CommandForm(NoteForm):
    """The fields of a note, so that the box of the incident page posts to either."""

    text = forms.CharField(
        max_length=MAX_TEXT,
        label="Note or command",
        widget=forms.Textarea(attrs={"rows": 3, "autofocus": True}),
    )
