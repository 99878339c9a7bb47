"""Who does what: all roles of an incident in one form."""

from __future__ import annotations

from django.db import transaction

from chatops.asking import form_of
from chatops.calling import Call, Dialog, Filled
from chatops.choosing import person_choice
from chatops.people import give_role, responder
from chatops.saying import said
from chatops.surface import Choice, Field, Form, FormErrors, Reply
from incidents.models import IncidentRole

FIELDS = tuple(
    Field(role, str(label), "person", required=False, hint="Empty: nobody.")
    for role, label in IncidentRole.Role.choices
)


def opens(call: Call) -> Form:
    held = call.about.roles.select_related("user") if call.about else ()
    shown: dict[str, tuple[Choice, ...]] = {row.role: (person_choice(row.user),) for row in held}
    initial = {role: choices[0].value for role, choices in shown.items()}
    return form_of(DIALOG, call, initial=initial, shown=shown)


def takes(filled: Filled) -> Reply | FormErrors:
    held = {row.role: row.user_id for row in filled.incident.roles.all()}
    wanted = {field.name: filled.values.text(field.name) for field in FIELDS}
    changed = {role: who for role, who in wanted.items() if who != str(held.get(role, ""))}
    people = {role: responder(who) for role, who in changed.items() if who}
    if unknown := [role for role, user in people.items() if user is None]:
        return FormErrors(dict.fromkeys(unknown, "May not respond, or is not there any more."))
    with transaction.atomic():
        told = [
            give_role(filled.incident, role, people.get(role), filled.actor) for role in changed
        ]
    sentence = " ".join(told) or "Nothing was changed."
    return said(sentence, about=filled.incident)


DIALOG = Dialog("roles", "Roles of", "Assign", FIELDS, opens, takes)
