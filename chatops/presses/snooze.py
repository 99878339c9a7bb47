"""The buttons of a reminder: later, or never again. The value is "<reminder> <minutes>"."""

from __future__ import annotations

from chatops.calling import Call, Press
from chatops.saying import said
from chatops.surface import Reply
from core.durations import seconds_words
from core.errors import NotFound
from incidents import services
from incidents.models import Incident, IncidentReminder


def snooze(call: Call, value: str) -> Reply:
    reminder, minutes = _found(call, value)
    services.snooze_reminder(
        incident_id=reminder.incident_id,
        reminder_id=reminder.pk,
        minutes=minutes,
        actor=call.actor,
    )
    return said(
        f"You are reminded of {reminder.incident.ref} again in {seconds_words(minutes * 60)}.",
        about=reminder.incident,
    )


def stop(call: Call, value: str) -> Reply:
    reminder, _ = _found(call, value)
    services.stop_reminder(
        incident_id=reminder.incident_id, reminder_id=reminder.pk, actor=call.actor
    )
    return said(
        f"Nobody is reminded of this about {reminder.incident.ref} again.",
        about=reminder.incident,
    )


def _found(call: Call, value: str) -> tuple[IncidentReminder, int]:
    """Of an incident that the presser sees."""
    words = [word for word in value.split() if word.isascii() and word.isdigit()]
    numbers = [int(word) for word in words if len(word) < 10]
    found = (
        IncidentReminder.objects.filter(
            pk=numbers[0], incident__in=Incident.objects.visible_to(call.asker)
        )
        .select_related("incident")
        .first()
        if numbers
        else None
    )
    if found is None:
        raise NotFound("There is no such reminder, or you may not see what it is about.")
    return found, numbers[1] if len(numbers) > 1 else 30


SNOOZE = Press("snooze", snooze)
STOP = Press("stop-reminders", stop)
