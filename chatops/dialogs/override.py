"""Taking over a schedule for a while."""

from __future__ import annotations

from datetime import timedelta

from chatops.asking import form_of
from chatops.calling import Call, Dialog, Filled
from chatops.choosing import person_choice
from chatops.dialogs.note import moment
from chatops.people import person_meant, responder
from chatops.saying import said
from chatops.surface import Choice, Context, Field, FieldValue, Form, FormErrors, Reply, When
from core import clock
from core.errors import NotFound
from oncall.schedule_services import add_override
from oncall.selectors import schedule_for

FIELDS = (
    Field("schedule", "Schedule", "schedule"),
    Field("person", "Who takes it", "person"),
    Field("starts", "From", "time"),
    Field("ends", "Until", "time"),
    Field("reason", "Why", required=False, max_length=200),
)
AS_LONG = timedelta(hours=4)


def opens(call: Call) -> Form:
    now = clock.now().replace(second=0, microsecond=0)
    initial: dict[str, FieldValue] = {
        "starts": now.isoformat(),
        "ends": (now + AS_LONG).isoformat(),
    }
    shown: dict[str, tuple[Choice, ...]] = {}
    if slug := call.words.get("schedule"):
        schedule = schedule_for(call.asker, slug)
        initial["schedule"] = slug
        shown["schedule"] = (Choice(slug, schedule.name),)
    user = person_meant(call.words.get("person") or "me", asker=call.asker)
    choice = person_choice(user)
    initial["person"], shown["person"] = choice.value, (choice,)
    return form_of(DIALOG, call, initial=initial, shown=shown)


def takes(filled: Filled) -> Reply | FormErrors:
    values = filled.values
    user = responder(values.text("person"))
    starts, ends = moment(values.text("starts")), moment(values.text("ends"))
    wrong = {
        "person": "" if user else "May not respond, or is not there any more.",
        "starts": "" if starts else "Choose a time.",
        "ends": "" if ends else "Choose a time.",
    }
    if user is None or starts is None or ends is None:
        return FormErrors({name: sentence for name, sentence in wrong.items() if sentence})
    try:
        schedule = schedule_for(filled.asker, values.text("schedule"))
    except NotFound as error:
        return FormErrors({"schedule": error.message})
    override = add_override(
        schedule_slug=schedule.slug,
        user=user,
        starts=starts,
        ends=ends,
        reason=values.text("reason"),
        actor=filled.actor,
    )
    note = Context(("From ", When(override.starts), " until ", When(override.ends), "."))
    return said(f"{user} has {schedule.name}.", note)


DIALOG = Dialog(
    "override",
    "Take over a schedule",
    "Take over",
    FIELDS,
    opens,
    takes,
    about_incident=False,
    errors={"user": "person"},
)
