"""PagerDuty's REST API v2, or files with its answers, as documents.
https://developer.pagerduty.com/api-reference/

Lists: users (with contact_methods, notification_rules, teams), teams, schedules (with
schedule_layers and `overrides`), escalation_policies, services (with integrations).
"""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime, timedelta
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

_ROLES = {"owner": "manager", "admin": "manager", "read_only_user": "viewer",
          "restricted_access": "viewer", "read_only_limited_user": "viewer"}  # fmt: skip
_CHANNELS = {"email": "email", "phone": "voice", "sms": "sms"}


def convert(export: Export) -> Converted:
    made = Converted()
    people = _people(made, export)
    _teams(made, export, people)
    schedules = _schedules(made, export, people)
    policies = _policies(made, export, people, schedules)
    _services(made, export, policies)
    return made


def _people(made: Converted, export: Export) -> dict[str, str]:
    """Mail addresses by id."""
    found = {}
    for user in export.get("users", []):
        address = add_user(
            made,
            email=user.get("email"),
            name=user.get("name"),
            role=_ROLES.get(text(user.get("role")), "responder"),
            time_zone=user.get("time_zone"),
        )
        if address:
            found[text(user.get("id"))] = address
            _rules(made, user, address)
    return found


def _rules(made: Converted, user: dict[str, Any], address: str) -> None:
    contacts = by_id(rows(user.get("contact_methods")))
    for rule in rows(user.get("notification_rules")):
        if "assignment" not in text(rule.get("type")):
            continue
        named = row(rule.get("contact_method"))
        contact = contacts.get(text(named.get("id")), named)
        kind = text(contact.get("type")).partition("_contact")[0]
        channel, to = _CHANNELS.get(kind), text(contact.get("address"))
        if channel is None:
            reason = "Pushes to its own app cannot be carried; set up web push in AIRE."
            made.leave("notification rule", address, reason)
            continue
        if channel in ("voice", "sms"):
            to = f"+{number(contact.get('country_code'), 1)}{to}"
        elif to.lower() == address:
            to = ""
        urgency = "low" if text(rule.get("urgency")) == "low" else "high"
        after = 60 * number(rule.get("start_delay_in_minutes"))
        made.rules.setdefault((address, urgency), []).append(Way(channel, to, after))


def _teams(made: Converted, export: Export, people: dict[str, str]) -> None:
    members: dict[str, set[str]] = defaultdict(set)
    for user in export.get("users", []):
        for team in rows(user.get("teams")):
            if text(user.get("id")) in people:
                members[text(team.get("id"))].add(people[text(user.get("id"))])
    for team in export.get("teams", []):
        shown = text(team.get("name")) or "Team"
        spec = {"members": sorted(members[text(team.get("id"))])}
        made.add("Team", made.name_for("Team", shown), shown, spec)


def _schedules(made: Converted, export: Export, people: dict[str, str]) -> dict[str, str]:
    found = {}
    for schedule in export.get("schedules", []):
        shown = text(schedule.get("name")) or "Schedule"
        known = zone(schedule.get("time_zone"))
        if known is None:
            named = text(schedule.get("time_zone"))[:60] or "none"
            made.leave("schedule", shown, f"Its time zone ({named}) is not known.")
            continue
        # The API lists the layer that wins first; here the last one wins.
        layers = reversed(rows(schedule.get("schedule_layers")))
        rotations = [
            rotation
            for position, layer in enumerate(layers, start=1)
            if (rotation := _rotation(made, shown, layer, position, known, people))
        ]
        name = made.name_for("Schedule", shown)
        overrides = _overrides(made, shown, schedule, people)
        spec: dict[str, Any] = {"timeZone": known.key, "rotations": rotations}
        if overrides:
            spec["overrides"] = overrides
        made.add("Schedule", name, shown, spec)
        found[text(schedule.get("id"))] = name
    return found


def _rotation(
    made: Converted,
    schedule: str,
    layer: dict[str, Any],
    position: int,
    known: ZoneInfo,
    people: dict[str, str],
) -> dict[str, Any] | None:
    shown = text(layer.get("name")) or f"Layer {position}"
    ends = moment(layer.get("end"), known)
    if ends is not None and ends <= now():
        return None  # over: it can cover nothing any more
    virtual = moment(layer.get("rotation_virtual_start"), known)
    begins = moment(layer.get("start"), known)
    length = shift_length(number(layer.get("rotation_turn_length_seconds")))
    if virtual is None or length is None:
        reason = "Its start or the length of its turns (not whole hours) cannot be carried."
        made.leave("rotation", f"{schedule}: {shown}", reason)
        return None
    users = _members(made, f"{schedule}: {shown}", layer.get("users"), people)
    if not users:
        made.leave("rotation", f"{schedule}: {shown}", "Nobody is left in it.")
        return None
    seconds = number(layer.get("rotation_turn_length_seconds"))
    starts, order = _aligned(virtual.astimezone(known), begins, seconds, users)
    rotation: dict[str, Any] = {
        "name": f"{shown} ({position})" if position > 1 else shown,
        "users": order,
        "starts": iso(starts),
        "handoff": f"{starts:%H:%M}",
        "shiftLength": length,
        "restrictions": [
            window
            for item in rows(layer.get("restrictions"))
            for window in _restriction(made, f"{schedule}: {shown}", item)
        ],
    }
    if ends is not None:
        rotation["ends"] = iso(ends)
    return rotation


def _aligned(
    virtual: datetime, begins: datetime | None, seconds: int, users: list[str]
) -> tuple[datetime, list[str]]:
    """The start of the turn in which the layer begins, and the people beginning with whose turn
    that is. By the wall clock, as turns of whole days are."""
    if begins is None or begins <= virtual:
        return virtual, users
    local = begins.astimezone(virtual.tzinfo).replace(tzinfo=None)
    passed = int((local - virtual.replace(tzinfo=None)).total_seconds() // seconds)
    place = passed % len(users)
    return virtual + timedelta(seconds=passed * seconds), users[place:] + users[:place]


def _members(made: Converted, where: str, listed: object, people: dict[str, str]) -> list[str]:
    found = []
    for member in rows(listed):
        user = row(member.get("user")) or member
        address = people.get(text(user.get("id")))
        if address is None:
            named = text(user.get("summary") or user.get("id"))
            made.leave(
                "person in a rotation", where, f"{named or 'Somebody'} is not in the export."
            )
        else:
            found.append(address)
    return found


def _restriction(made: Converted, where: str, item: dict[str, Any]) -> list[dict[str, Any]]:
    pieces = text(item.get("start_time_of_day")).split(":")
    if len(pieces) < 2:
        made.leave("restriction", where, "Its start cannot be read.")
        return []
    start = number(pieces[0]) * 60 + number(pieces[1])
    minutes = number(item.get("duration_seconds")) // 60
    if "weekly" in text(item.get("type")):
        return windows((number(item.get("start_day_of_week"), 1) - 1) % 7, start, minutes)
    return windows(None, start, minutes)


def _overrides(
    made: Converted, where: str, schedule: dict[str, Any], people: dict[str, str]
) -> list[dict[str, Any]]:
    found = []
    for item in rows(schedule.get("overrides")):
        starts, ends = moment(item.get("start")), moment(item.get("end"))
        user = people.get(text(row(item.get("user")).get("id")))
        if starts is None or ends is None or ends <= starts:
            made.leave("override", where, "Its times cannot be read.")
        elif user is None:
            made.leave("override", where, "Its person is not in the export.")
        elif ends > now():
            found.append({"user": user, "starts": iso(starts), "ends": iso(ends)})
    return found


def _policies(
    made: Converted, export: Export, people: dict[str, str], schedules: dict[str, str]
) -> dict[str, str]:
    found = {}
    for policy in export.get("escalation_policies", []):
        shown = text(policy.get("name")) or "Policy"
        steps, wait = [], 0
        for place, rule in enumerate(rows(policy.get("escalation_rules")), start=1):
            targets = _targets(made, f"{shown}, step {place}", rule, people, schedules)
            strategy = row(rule.get("escalation_rule_assignment_strategy"))
            if targets:
                step: dict[str, Any] = {"after": wait, "targets": targets}
                if text(strategy.get("type")) == "round_robin":
                    step["roundRobin"] = True
                steps.append(step)
                wait = 0
            wait += 60 * number(rule.get("escalation_delay_in_minutes"))
        if not steps:
            made.leave("escalation policy", shown, "None of its steps names anybody who is left.")
            continue
        name = made.name_for("EscalationPolicy", shown)
        spec = {"steps": steps, "repeat": min(max(number(policy.get("num_loops")), 0), 9)}
        made.add("EscalationPolicy", name, shown, spec)
        found[text(policy.get("id"))] = name
    return found


def _targets(
    made: Converted,
    where: str,
    rule: dict[str, Any],
    people: dict[str, str],
    schedules: dict[str, str],
) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    for target in rows(rule.get("targets")):
        kind, key = text(target.get("type")), text(target.get("id"))
        item = (
            {"user": people[key]}
            if kind.startswith("user") and key in people
            else {"schedule": schedules[key]}
            if kind.startswith("schedule") and key in schedules
            else None
        )
        if item is None:
            named = text(target.get("summary") or key)
            made.leave("target", where, f"{named or 'It'} is not in the export or was left out.")
        elif item not in found:
            found.append(item)
    return found


def _services(made: Converted, export: Export, policies: dict[str, str]) -> None:
    timeouts: dict[str, set[int]] = defaultdict(set)
    for service in export.get("services", []):
        shown = text(service.get("name")) or "Service"
        policy = policies.get(text(row(service.get("escalation_policy")).get("id")))
        if policy is None:
            made.leave("service", shown, "Its escalation policy was left out; its route has none.")
        else:
            timeouts[policy].add(number(service.get("acknowledgement_timeout")))
        for integration in rows(service.get("integrations")):
            _source(made, shown, integration, policy)
    for document in made.documents:
        agreed = timeouts.get(document["metadata"]["name"], set())
        if document["kind"] == "EscalationPolicy" and len(agreed) == 1 and min(agreed) >= 300:
            document["spec"]["ackTimeout"] = min(agreed)


def _source(made: Converted, service: str, integration: dict[str, Any], policy: str | None) -> None:
    key = text(integration.get("integration_key"))
    kind = text(integration.get("type"))
    if "events_api_v2" not in kind:
        label = text(integration.get("summary") or kind) or "Integration"
        made.leave("integration", f"{service}: {label}", "Only Events API v2 can be carried.")
        return
    name = made.name_for("Source", service)
    spec: dict[str, Any] = {"format": "pagerduty"}
    if len(key) >= 32:
        made.secrets[f"KEY_{len(made.secrets)}"] = key
        spec["key"] = f"${{KEY_{len(made.secrets) - 1}}}"
    made.add("Source", name, service, spec)
    if policy is not None:
        route = {"order": 1000, "match": [f'aire_source="{name}"'], "escalationPolicy": policy}
        made.add("Route", made.name_for("Route", f"from-{name}"), f"From {service}", route)
