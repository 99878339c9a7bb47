"""Opsgenie's REST API v2, or files with its answers, as documents.
https://docs.opsgenie.com/docs/api-overview

Lists: users (with `contacts`, `notificationRules`), teams (with members), schedules (with rotations
and `overrides`), escalations, integrations.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

from aire_web.importing.converted import (
    Converted,
    Export,
    Way,
    add_user,
    by_id,
    iso,
    moment,
    number,
    row,
    rows,
    shift_length,
    text,
    windows,
    zone,
)
from core.clock import now

_ROLES = {"owner": "manager", "admin": "manager", "observer": "viewer", "stakeholder": "viewer"}
_CHANNELS = {"email": "email", "sms": "sms", "voice": "voice"}
_SECONDS = {"hourly": 3600, "daily": 86_400, "weekly": 604_800}
_UNITS = {"seconds": 1, "minutes": 60, "hours": 3600, "days": 86_400}
_DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_FORMATS = {"api": "opsgenie", "prometheus": "alertmanager", "grafana": "grafana",
            "datadog": "datadog", "sentry": "sentry", "amazonsns": "cloudwatch"}  # fmt: skip


class _Reading:
    """The maps that references are looked up in. People are known by id and by address."""

    def __init__(self, made: Converted, export: Export) -> None:
        self.made = made
        self.export = export
        self.people: dict[str, str] = {}
        self.teams: dict[str, str] = {}
        self.schedules: dict[str, list[str]] = {}

    def person(self, reference: dict[str, Any]) -> str | None:
        for key in (reference.get("id"), reference.get("username")):
            if text(key).lower() in self.people:
                return self.people[text(key).lower()]
        return None


def convert(export: Export) -> Converted:
    made = Converted()
    reading = _Reading(made, export)
    _people(reading)
    _teams(reading)
    for schedule in export.get("schedules", []):
        _schedule(reading, schedule)
    for escalation in export.get("escalations", []):
        _escalation(reading, escalation)
    _integrations(reading)
    return made


def _people(reading: _Reading) -> None:
    made = reading.made
    for user in reading.export.get("users", []):
        if user.get("blocked") is True:
            made.leave("person", user.get("username"), "They are blocked there.")
            continue
        address = add_user(
            made,
            email=user.get("username"),
            name=user.get("fullName"),
            role=_ROLES.get(text(row(user.get("role")).get("name")).lower(), "responder"),
            time_zone=user.get("timeZone"),
        )
        if address:
            reading.people[text(user.get("id")).lower()] = address
            reading.people[address] = address
            _rules(made, user, address)


def _rules(made: Converted, user: dict[str, Any], address: str) -> None:
    """Of its many kinds of rules the one for new alerts is carried."""
    for rule in rows(user.get("notificationRules")):
        if text(rule.get("actionType")) != "create-alert" or rule.get("enabled") is False:
            continue
        ways = []
        for step in rows(rule.get("steps")):
            contact = row(step.get("contact"))
            channel = _CHANNELS.get(text(contact.get("method")).lower())
            if channel is None or step.get("enabled") is False:
                if channel is None:
                    reason = "Pushes to its own app cannot be carried; set up web push in AIRE."
                    made.leave("notification rule", address, reason)
                continue
            to = text(contact.get("to"))
            if channel in ("sms", "voice"):
                to = f"+{to.replace('-', '').lstrip('+')}"
            ways.append(Way(channel, "" if to.lower() == address else to, _after(step)))
        if ways:
            made.rules.setdefault((address, "high"), []).extend(ways)


def _after(step: dict[str, Any]) -> int:
    after = row(step.get("sendAfter") or step.get("delay"))
    return number(after.get("timeAmount")) * _UNITS.get(text(after.get("timeUnit")), 60)


def _teams(reading: _Reading) -> None:
    made = reading.made
    for team in reading.export.get("teams", []):
        shown = text(team.get("name")) or "Team"
        members = set()
        for member in rows(team.get("members")):
            address = reading.person(row(member.get("user")))
            if address is None:
                named = text(row(member.get("user")).get("username")) or "Somebody"
                made.leave("team member", shown, f"{named} is not in the export.")
            else:
                members.add(address)
        name = made.name_for("Team", shown)
        made.add("Team", name, shown, {"members": sorted(members)})
        reading.teams[text(team.get("id"))] = name


def _schedule(reading: _Reading, schedule: dict[str, Any]) -> None:
    """In Opsgenie all rotations of a schedule are on call at once, so each becomes a schedule;
    policies that named it name all of them."""
    made, shown = reading.made, text(schedule.get("name")) or "Schedule"
    if schedule.get("enabled") is False:
        made.leave("schedule", shown, "It is switched off there.")
        return
    known = zone(schedule.get("timezone"))
    if known is None:
        named = text(schedule.get("timezone"))[:60] or "none"
        made.leave("schedule", shown, f"Its time zone ({named}) is not known.")
        return
    found = [
        rotation
        for item in rows(schedule.get("rotations"))
        if (rotation := _rotation(reading, shown, item, known))
    ]
    names = []
    for rotation in found:
        title = shown if len(found) == 1 else f"{shown}: {rotation['name']}"
        spec: dict[str, Any] = {"timeZone": known.key, "rotations": [rotation]}
        # An override is for one of them; which, Opsgenie says by the rotation's name or not at all.
        if overrides := list(_overrides(reading, schedule, shown, rotation["name"])):
            spec["overrides"] = overrides
        name = made.name_for("Schedule", title)
        made.add("Schedule", name, title, spec)
        names.append(name)
    if names:
        reading.schedules[text(schedule.get("id"))] = names
    else:
        made.leave("schedule", shown, "None of its rotations can be carried.")


def _rotation(
    reading: _Reading, schedule: str, item: dict[str, Any], known: ZoneInfo
) -> dict[str, Any] | None:
    made = reading.made
    shown = text(item.get("name")) or "Rotation"
    where = f"{schedule}: {shown}"
    starts, ends = moment(item.get("startDate"), known), moment(item.get("endDate"), known)
    seconds = _SECONDS.get(text(item.get("type")), 0) * max(number(item.get("length"), 1), 1)
    length = shift_length(seconds)
    if ends is not None and ends <= now():
        return None
    if starts is None or length is None:
        made.leave("rotation", where, "Its start or the length of its turns cannot be read.")
        return None
    users = list(_participants(reading, where, item))
    if not users:
        made.leave("rotation", where, "Nobody is left in it.")
        return None
    local = starts.astimezone(known)
    rotation: dict[str, Any] = {
        "name": shown,
        "users": users,
        "starts": iso(local),
        "handoff": f"{local:%H:%M}",
        "shiftLength": length,
        "restrictions": list(_restrictions(row(item.get("timeRestriction")))),
    }
    if ends is not None:
        rotation["ends"] = iso(ends)
    return rotation


def _participants(reading: _Reading, where: str, item: dict[str, Any]) -> Iterator[str]:
    for participant in rows(item.get("participants")):
        kind = text(participant.get("type"))
        if kind == "user":
            address = reading.person(participant)
            if address is not None:
                yield address
                continue
            named = text(participant.get("username")) or "Somebody"
            reason = f"{named} is not in the export."
        elif kind == "escalation":
            cycle = _comes_back(reading, participant, where.partition(":")[0])
            reason = "An escalation takes a turn in it, which AIRE does not have" + (
                "; that escalation pages this schedule again: a cycle." if cycle else "."
            )
        elif kind == "team":
            reason = "A whole team takes a turn in it, which AIRE does not have."
        else:
            reason = "A turn of nobody cannot be carried; the others follow each other."
        reading.made.leave("turn in a rotation", where, reason)


def _comes_back(reading: _Reading, participant: dict[str, Any], schedule: str) -> bool:
    escalations = by_id(reading.export.get("escalations", []))
    escalation = escalations.get(text(participant.get("id")), {})
    return any(
        text(row(rule.get("recipient")).get("type")) == "schedule"
        and text(row(rule.get("recipient")).get("name")) == schedule
        for rule in rows(escalation.get("rules"))
    )


def _restrictions(given: dict[str, Any]) -> Iterator[dict[str, Any]]:
    one = row(given.get("restriction"))
    if one:
        start, end = _minute(one, "start"), _minute(one, "end")
        yield from windows(None, start, (end - start) % 1440 or 1440)
    for item in rows(given.get("restrictions")):
        if text(item.get("startDay")) not in _DAYS or text(item.get("endDay")) not in _DAYS:
            continue
        first = _DAYS.index(text(item["startDay"]))
        start = first * 1440 + _minute(item, "start")
        end = _DAYS.index(text(item["endDay"])) * 1440 + _minute(item, "end")
        minutes = (end - start) % (7 * 1440) or 7 * 1440
        yield from windows(first, start % 1440, minutes)


def _minute(item: dict[str, Any], edge: str) -> int:
    return number(item.get(f"{edge}Hour")) % 24 * 60 + number(item.get(f"{edge}Min")) % 60


def _overrides(
    reading: _Reading, schedule: dict[str, Any], where: str, rotation: str
) -> Iterator[dict[str, Any]]:
    for item in rows(schedule.get("overrides")):
        named = {text(one.get("name")) for one in rows(item.get("rotations"))}
        if named and rotation not in named:
            continue
        starts, ends = moment(item.get("startDate")), moment(item.get("endDate"))
        user = reading.person(row(item.get("user")))
        if starts is None or ends is None or ends <= starts:
            reading.made.leave("override", where, "Its times cannot be read.")
        elif user is None:
            reading.made.leave("override", where, "Its person is not in the export.")
        elif ends > now():
            yield {"user": user, "starts": iso(starts), "ends": iso(ends)}


def _escalation(reading: _Reading, escalation: dict[str, Any]) -> None:
    """Its delays count from the alert; ours from the step before."""
    made, shown = reading.made, text(escalation.get("name")) or "Escalation"
    by_delay: dict[int, list[dict[str, str]]] = {}
    for rule in rows(escalation.get("rules")):
        delay = row(rule.get("delay"))
        after = number(delay.get("timeAmount")) * _UNITS.get(text(delay.get("timeUnit")), 60)
        condition = text(rule.get("condition"))
        if condition == "if-not-closed":
            made.leave("condition", shown, "“If not closed” is read as “if not acknowledged”.")
        for target in _recipients(reading, shown, rule):
            step = by_delay.setdefault(after, [])
            if target not in step:
                step.append(target)
    steps: list[dict[str, Any]] = []
    before = 0
    for after in sorted(by_delay):
        if by_delay[after]:
            steps.append({"after": after - before, "targets": by_delay[after]})
            before = after
    if not steps:
        made.leave("escalation", shown, "None of its rules names anybody who is left.")
        return
    repeat = min(max(number(row(escalation.get("repeat")).get("count")), 0), 9)
    name = made.name_for("EscalationPolicy", shown)
    made.add("EscalationPolicy", name, shown, {"steps": steps, "repeat": repeat})


def _recipients(reading: _Reading, where: str, rule: dict[str, Any]) -> Iterator[dict[str, str]]:
    recipient = row(rule.get("recipient"))
    kind, key = text(recipient.get("type")), text(recipient.get("id"))
    notify = text(rule.get("notifyType"))
    if notify not in ("", "default", "all"):
        reading.made.leave("rule", where, f"“{notify}” is read as whoever is on call.")
    if kind == "schedule" and key in reading.schedules:
        yield from ({"schedule": name} for name in reading.schedules[key])
    elif kind == "team" and key in reading.teams:
        yield {"team": reading.teams[key]}
    elif kind == "user" and (address := reading.person(recipient)):
        yield {"user": address}
    else:
        named = text(recipient.get("name") or recipient.get("username") or key) or "Its recipient"
        reason = f"{named} is not in the export or was left out."
        if kind == "escalation":
            reason = "An escalation names an escalation: a cycle cannot be told apart."
        reading.made.leave("recipient", where, reason)


def _integrations(reading: _Reading) -> None:
    made = reading.made
    for integration in reading.export.get("integrations", []):
        shown, kind = text(integration.get("name")), text(integration.get("type"))
        format_name = _FORMATS.get(kind.lower())
        if integration.get("enabled") is False:
            made.leave("integration", shown, "It is switched off there.")
        elif format_name is None:
            made.leave("integration", shown, f"AIRE has no source for the type {kind[:40]}.")
        else:
            spec: dict[str, Any] = {"format": format_name}
            key = text(integration.get("apiKey"))
            if len(key) >= 32:
                made.secrets[f"KEY_{len(made.secrets)}"] = key
                spec["key"] = f"${{KEY_{len(made.secrets) - 1}}}"
            made.add("Source", made.name_for("Source", shown or kind), shown or kind, spec)
