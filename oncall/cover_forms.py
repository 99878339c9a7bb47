"""Forms of swaps, taking shifts, time off and holidays. They read input; the services decide."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django import forms

from oncall.forms import LOCAL
from oncall.public_holidays import countries

Choices = list[tuple[str, str]]


class SwapForm(forms.Form):
    starts = forms.DateTimeField(label="From", widget=LOCAL, help_text="In your time zone.")
    ends = forms.DateTimeField(label="Until", widget=LOCAL)
    note = forms.CharField(max_length=200, required=False)
    prefix = "swap"


class ExchangeForm(forms.Form):
    """One shift against another; both are choices of `oncall.schedule_page.exchange_choices`."""

    give = forms.ChoiceField(label="Give this shift")
    take = forms.ChoiceField(label="For this one")
    note = forms.CharField(max_length=200, required=False)

    def __init__(self, *args: Any, choices: Choices, others: Choices, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, offered in (("give", choices), ("take", others)):
            field = self.fields[name]
            assert isinstance(field, forms.ChoiceField)
            field.choices = [("", "Choose a shift"), *offered]

    def shift(self, name: str) -> tuple[int, datetime, datetime]:
        """Whose it is, and its two times."""
        person, starts, ends = self.cleaned_data[name].split("|")
        return int(person), datetime.fromisoformat(starts), datetime.fromisoformat(ends)


class TakeForm(forms.Form):
    """The hidden fields beside a shift of the list."""

    starts = forms.DateTimeField()
    ends = forms.DateTimeField()
    from_user = forms.IntegerField(required=False)


class TimeOffForm(forms.Form):
    starts = forms.DateTimeField(label="From", widget=LOCAL, help_text="In your time zone.")
    ends = forms.DateTimeField(label="Until", widget=LOCAL)
    reason = forms.CharField(
        max_length=200, required=False, help_text="Shown to everyone who sees the schedule."
    )


class HolidayForm(forms.Form):
    country = forms.ChoiceField(required=False)
    subdivision = forms.CharField(
        max_length=10,
        required=False,
        label="Part of the country",
        help_text="As ISO 3166-2 writes it, such as BY for Bavaria or SCT for Scotland. "
        "Empty: the holidays of the whole country.",
    )

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["country"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "None"), *((code, code) for code in countries())]
