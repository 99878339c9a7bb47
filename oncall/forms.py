"""Forms of the on-call pages. They read input; the services decide."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import time
from typing import Any

from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.dateparse import parse_datetime

from accounts.forms import ZoneField
from accounts.models import User
from core.clock import WEEKDAYS
from core.errors import Invalid
from oncall.models import Rotation, RotationChange

_HOURS = re.compile(r"(?:([a-z,\s-]+)\s)?\s*([0-9]{1,2}:[0-9]{2})\s*[-–]\s*([0-9]{1,2}:[0-9]{2})")
_CHANGE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?:[ T]([0-9]{2}:[0-9]{2}))?\s*:\s*(\S.*)")
LOCAL = forms.DateTimeInput(attrs={"type": "datetime-local"}, format="%Y-%m-%dT%H:%M")


def show_errors(form: forms.Form, formset: forms.BaseFormSet[Any], error: Invalid) -> None:
    """A service's sentences beside the field, the row of the formset, or on top."""
    if not error.errors:
        form.add_error(None, error.message)
    for field, sentences in error.errors.items():
        words = field.split(".")
        if field in form.fields:
            form.add_error(field, list(sentences))
        elif len(words) > 1 and words[1].isdigit() and int(words[1]) < len(formset.forms):
            row = formset.forms[int(words[1])]
            name = words[2] if len(words) > 2 and words[2] in row.fields else None
            row.add_error(name, list(sentences))
        else:
            form.add_error(None, list(sentences))


class ScheduleForm(forms.Form):
    name = forms.CharField(max_length=120)
    slug = forms.CharField(
        max_length=63, label="Short name", help_text="Lower-case letters, digits and hyphens."
    )
    time_zone = ZoneField(initial="UTC", help_text="Hand-offs happen by the clocks of this zone.")
    holidays_move_cover = forms.BooleanField(
        required=False,
        label="Public holidays move cover",
        help_text="On a holiday of the person whose turn it is, the next in order covers. Each "
        "person says under “My time off” whose holidays they have.",
    )

    def __init__(self, *args: Any, is_new: bool, **options: Any) -> None:
        super().__init__(*args, **options)
        if not is_new:
            del self.fields["slug"]


class RotationForm(forms.Form):
    name = forms.CharField(max_length=120)
    users = forms.CharField(
        label="People",
        required=False,
        max_length=10_000,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="One a line, by mail address or name, in the order of their turns.",
    )
    starts = forms.DateTimeField(
        widget=LOCAL, help_text="In your time zone. The first person holds from then."
    )
    handoff = forms.TimeField(
        label="Hand-off",
        initial=time(9),
        widget=forms.TimeInput(attrs={"type": "time"}, format="%H:%M"),
        help_text="By the clock of the schedule's zone.",
    )
    shift_length = forms.CharField(
        max_length=10, initial="1w", help_text="Hours, days or weeks: 12h, 1d, 1w."
    )
    restrictions = forms.CharField(
        label="Only at these hours",
        required=False,
        max_length=2_000,
        widget=forms.Textarea(attrs={"rows": 2, "placeholder": "mon-fri 09:00-17:00"}),
        help_text="One a line. Empty: always. 22:00-06:00 goes over midnight.",
    )
    changes = forms.CharField(
        label="Planned changes of people",
        required=False,
        max_length=10_000,
        widget=forms.Textarea(
            attrs={"rows": 2, "placeholder": "2027-01-11 09:00: ana@example.org, ben@example.org"}
        ),
        help_text="One a line: a time in your zone, a colon, all the people in order. It counts "
        "from the first hand-off then or later, and its first person has that turn.",
    )
    ends = forms.DateTimeField(
        required=False, widget=LOCAL, help_text="In your time zone. Empty: it goes on."
    )
    shadow = forms.BooleanField(
        required=False,
        label="Shadow rotation",
        help_text="Whoever is on it looks on: shown beside who is on call, never paged.",
    )

    def clean_changes(self) -> list[dict[str, Any]]:
        lines = [line.strip() for line in self.cleaned_data["changes"].splitlines()]
        return [read_change(line) for line in lines if line]

    def clean_users(self) -> list[str]:
        lines = [line.strip() for line in self.cleaned_data["users"].splitlines()]
        return [_address_of(line) for line in lines if line]

    def clean_restrictions(self) -> list[dict[str, Any]]:
        lines = [line.strip().lower() for line in self.cleaned_data["restrictions"].splitlines()]
        return [read_hours(line) for line in lines if line]


def _address_of(line: str) -> str:
    """Of a mail address itself, of a name that one person here has theirs; else what was written,
    which the service then does not know."""
    if "@" in line:
        return line
    found = User.objects.filter(name__iexact=line, is_active=True).values_list("email", flat=True)
    emails = list(found[:2])
    if len(emails) > 1:
        raise forms.ValidationError(f"Several people are called {line[:60]}. Give the address.")
    return emails[0] if emails else line


def with_one_more(data: QueryDict, prefix: str, first: Mapping[str, str]) -> QueryDict:
    """What was sent, with one more empty form of the set; `first` is what stands in it."""
    more = data.copy()
    given = more.get(f"{prefix}-TOTAL_FORMS", "0")
    number = int(given) if given.isascii() and given.isdigit() and len(given) < 4 else 0
    more[f"{prefix}-TOTAL_FORMS"] = str(number + 1)
    for name, value in first.items():
        more[f"{prefix}-{number}-{name}"] = value
    return more


def read_change(line: str) -> dict[str, Any]:
    """`2027-01-11 09:00: ana@example.org, ben@example.org`, in the viewer's zone."""
    match = _CHANGE.fullmatch(line)
    try:
        since = parse_datetime(f"{match[1]} {match[2] or '00:00'}") if match else None
    except ValueError:
        since = None
    if match is None or since is None:
        raise forms.ValidationError(
            f"“{line[:60]}” is not like 2027-01-11 09:00: ana@example.org, ben@example.org."
        )
    return {"since": timezone.make_aware(since), "users": re.split(r"[,\s]+", match[3].strip())}


def write_change(change: RotationChange) -> str:
    people = ", ".join(member.user.email for member in change.members.all())
    return f"{timezone.localtime(change.since):%Y-%m-%d %H:%M}: {people}"


def read_hours(line: str) -> dict[str, Any]:
    """`mon-fri 09:00-17:00`, `sat,sun 10:00-14:00`, `18:00-06:00`."""
    match = _HOURS.fullmatch(line)
    if match is None:
        raise forms.ValidationError(f"“{line[:60]}” is not like mon-fri 09:00-17:00.")
    days, start, end = match.groups()
    return {"weekdays": _weekdays(days or ""), "start": start.zfill(5), "end": end.zfill(5)}


def _weekdays(text: str) -> list[str]:
    if not text.strip():
        return list(WEEKDAYS)
    found: list[str] = []
    for part in re.split(r"[,\s]+", text.strip()):
        first, dash, last = part.partition("-")
        if first not in WEEKDAYS or (dash and last not in WEEKDAYS):
            raise forms.ValidationError(f"Weekdays are written {', '.join(WEEKDAYS)}.")
        start, end = WEEKDAYS.index(first), WEEKDAYS.index(last or first)
        span = (end - start) % 7
        found += [WEEKDAYS[(start + n) % 7] for n in range(span + 1)]
    return [day for day in WEEKDAYS if day in found]


def write_hours(restrictions: Sequence[Mapping[str, Any]]) -> str:
    return "\n".join(
        f"{','.join(item.get('weekdays', WEEKDAYS))} {item['start']}-{item['end']}"
        for item in restrictions
    )


RotationFormSet = forms.formset_factory(
    RotationForm, extra=1, max_num=20, validate_max=True, can_delete=True, can_delete_extra=False
)
EMPTY_ROTATION = {"handoff": "09:00", "shift_length": "1w"}


def rotation_initial(rotation: Rotation) -> dict[str, Any]:
    return {
        "name": rotation.name,
        "users": "\n".join(member.user.email for member in rotation.members.all()),
        "starts": rotation.starts,
        "handoff": rotation.handoff,
        "shift_length": rotation.shift_length,
        "restrictions": write_hours(rotation.restrictions),
        "changes": "\n".join(write_change(change) for change in rotation.changes.all()),
        "ends": rotation.ends,
        "shadow": rotation.shadow,
    }


class OverrideForm(forms.Form):
    user = forms.ChoiceField(label="Who takes over")
    starts = forms.DateTimeField(label="From", widget=LOCAL, help_text="In your time zone.")
    ends = forms.DateTimeField(label="Until", widget=LOCAL)
    reason = forms.CharField(max_length=200, required=False)

    def __init__(self, *args: Any, people: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["user"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = people
