"""Grafana OnCall's API v1, or files with its answers, as documents.
https://grafana.com/docs/oncall/latest/oncall-api-reference/

Lists: users, teams, schedules, on_call_shifts, escalation_chains, escalation_policies,
personal_notification_rules, integrations.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
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
    shift_length,
    text,
    texts,
    windows,
    zone,
)
from aire_web.importing.grafana_chains import convert_chains
from core.clock import now

_ROLES = {"admin": "manager", "editor": "responder", "viewer": "viewer", "user": "responder"}
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_SECONDS = {"hourly": 3600, "daily": 86_400, "weekly": 604_800}
_WAYS = {"notify_by_email": "email", "notify_by_slack": "slack"}
_NUMBERS = {"notify_by_sms": "texts", "notify_by_phone_call": "calls"}
_FORMATS = {"alertmanager": "alertmanager", "grafana_alerting": "grafana", "grafana": "grafana",
            "legacy_grafana_alerting": "grafana"}  # fmt: skip


def convert(export: Export) -> Converted:
    made = Converted()
    people = _people(made, export)
    teams = _teams(made, export, people)
    schedules = _schedules(made, export, people)
    chains = convert_chains(made, export, people=people, teams=teams, schedules=schedules)
    _rules(made, export, people)
    _integrations(made, export, chains)
    return made


def _people(made: Converted, export: Export) -> dict[str, str]:
    found = {}
    for user in export.get("users", []):
        address = add_user(
            made,
            email=user.get("email"),
            name=user.get("name") or user.get("username"),
            role=_ROLES.get(text(user.get("role")).lower(), "responder"),
            time_zone=user.get("timezone"),
        )
        if address:
            found[text(user.get("id"))] = address
    return found


def _teams(made: Converted, export: Export, people: dict[str, str]) -> dict[str, str]:
    members: dict[str, set[str]] = defaultdict(set)
    for user in export.get("users", []):
        teams = user.get("teams")
        for team in teams if isinstance(teams, list) else []:
            if text(user.get("id")) in people:
                members[text(team)].add(people[text(user.get("id"))])
    found = {}
    for team in export.get("teams", []):
        shown = text(team.get("name")) or "Team"
        name = made.name_for("Team", shown)
        made.add("Team", name, shown, {"members": sorted(members[text(team.get("id"))])})
        found[text(team.get("id"))] = name
    return found


def _schedules(made: Converted, export: Export, people: dict[str, str]) -> dict[str, str]:
    shifts = by_id(export.get("on_call_shifts", []))
    found = {}
    for schedule in export.get("schedules", []):
        shown = text(schedule.get("name")) or "Schedule"
        if text(schedule.get("type")) == "ical":
            reason = "It lives in a calendar; bring that in on the page of the AIRE schedule."
            made.leave("schedule", shown, reason)
            continue
        named = schedule.get("time_zone")
        known = zone(named) or (zone("UTC") if not text(named) else None)
        if known is None:
            made.leave("schedule", shown, f"Its time zone ({text(named)[:60]}) is not known.")
            continue
        own = _own_shifts(made, shown, schedule, shifts)
        name = made.name_for("Schedule", shown)
        spec: dict[str, Any] = {"timeZone": known.key, "rotations": []}
        overrides: list[dict[str, Any]] = []
        for shift in own:
            _shift(made, shown, shift, known, people, spec["rotations"], overrides)
        if overrides:
            spec["overrides"] = overrides
        made.add("Schedule", name, shown, spec)
        found[text(schedule.get("id"))] = name
    return found


def _own_shifts(
    made: Converted, shown: str, schedule: dict[str, Any], shifts: dict[str, dict[str, Any]]
) -> list[dict[str, Any]]:
    """The lowest level first: the last one wins here."""
    listed = schedule.get("shifts")
    found = []
    for key in listed if isinstance(listed, list) else []:
        if text(key) in shifts:
            found.append(shifts[text(key)])
        else:
            made.leave("shift", f"{shown}: {text(key)}", "It is not in the export.")
    found.sort(key=lambda shift: (number(shift.get("level")), text(shift.get("name"))))
    levels = [number(shift.get("level")) for shift in found if _kind(shift) in _ROTATING]
    if len(set(levels)) < len(levels):
        reason = "Shifts of one level are on call together there; here the last of them wins."
        made.leave("shifts of one level", shown, reason)
    return found


_ROTATING = {"rolling_users", "recurrent_event"}


def _kind(shift: dict[str, Any]) -> str:
    return text(shift.get("type"))


def _shift(
    made: Converted,
    schedule: str,
    shift: dict[str, Any],
    known: ZoneInfo,
    people: dict[str, str],
    rotations: list[dict[str, Any]],
    overrides: list[dict[str, Any]],
) -> None:
    shown = text(shift.get("name")) or text(shift.get("id")) or "Shift"
    where = f"{schedule}: {shown}"
    named = text(shift.get("time_zone"))
    own = zone(named) if named else known
    starts = moment(shift.get("rotation_start") or shift.get("start"), own)
    duration = number(shift.get("duration"))
    if own is None or starts is None or duration <= 0:
        made.leave("shift", where, "Its start, zone or duration cannot be read.")
        return
    users = list(_users(made, where, shift, people))
    if not users:
        made.leave("shift", where, "Nobody is left in it.")
        return
    if _kind(shift) in _ROTATING:
        rotation = _rotation(made, where, shift, starts.astimezone(known), users)
        if rotation:
            shown = shown[:100]
            taken = {item["name"] for item in rotations}
            rotation["name"] = shown if shown not in taken else f"{shown} ({len(taken) + 1})"
            rotations.append(rotation)
        return
    begins = moment(shift.get("start"), own) or starts
    ends = begins + timedelta(seconds=duration)
    if ends > now():
        overrides.append({"user": users[0], "starts": iso(begins), "ends": iso(ends)})


def _users(
    made: Converted, where: str, shift: dict[str, Any], people: dict[str, str]
) -> Iterator[str]:
    rolling = shift.get("rolling_users")
    flat = shift.get("users")
    groups = rolling if isinstance(rolling, list) and rolling else [flat]
    groups = [group for group in groups if isinstance(group, list)]
    first = number(shift.get("start_rotation_from_user_index"))
    place = first % len(groups) if groups else 0
    for group in [*groups[place:], *groups[:place]]:
        known = [people[text(key)] for key in group if text(key) in people]
        missing = len(group) - len(known)
        if missing:
            made.leave(
                "person in a shift", where, f"{missing} of its people are not in the export."
            )
        if len(known) > 1:
            others = ", ".join(known[1:])
            made.leave("person in a shift", where, f"{others}: one at a time is on call here.")
        if known:
            yield known[0]


def _rotation(
    made: Converted, where: str, shift: dict[str, Any], starts: datetime, users: list[str]
) -> dict[str, Any] | None:
    until = moment(
        shift.get("until"), starts.tzinfo if isinstance(starts.tzinfo, ZoneInfo) else None
    )
    if until is not None and until <= now():
        return None
    frequency = text(shift.get("frequency"))
    seconds = _SECONDS.get(frequency, 0) * max(number(shift.get("interval"), 1), 1)
    length = shift_length(seconds)
    if length is None:
        named = frequency or "no frequency"
        made.leave("shift", where, f"It repeats in a way ({named}) that cannot be carried.")
        return None
    days = [day for day in texts(shift.get("by_day")) if day in _DAYS]
    if frequency == "weekly" and days:
        starts = _week_start(starts, text(shift.get("week_start")) or "MO")
    rotation: dict[str, Any] = {
        "users": users,
        "starts": iso(starts),
        "handoff": f"{starts:%H:%M}",
        "shiftLength": length,
        "restrictions": _restrictions(shift, days, seconds),
    }
    if until is not None:
        rotation["ends"] = iso(until)
    return rotation


def _week_start(starts: datetime, first_day: str) -> datetime:
    """Whose week it is changes with the week, whatever the day of the first shift."""
    first = _DAYS.index(first_day) if first_day in _DAYS else 0
    begun = starts - timedelta(days=(starts.weekday() - first) % 7)
    return begun.replace(hour=0, minute=0, second=0, microsecond=0)


def _restrictions(shift: dict[str, Any], days: list[str], seconds: int) -> list[dict[str, Any]]:
    """None where a shift lasts until the next one begins."""
    begins, minutes = moment(shift.get("start"), ZoneInfo("UTC")), number(shift["duration"]) // 60
    if begins is None or (not days and number(shift["duration"]) >= seconds):
        return []
    start = begins.hour * 60 + begins.minute
    if days:
        return [part for day in days for part in windows(_DAYS.index(day), start, minutes)]
    if text(shift.get("frequency")) == "weekly":
        return windows(begins.weekday(), start, minutes)
    return windows(None, start, minutes)


def _rules(made: Converted, export: Export, people: dict[str, str]) -> None:
    waited: dict[tuple[str, str], int] = defaultdict(int)
    listed = export.get("personal_notification_rules", [])
    for rule in sorted(listed, key=lambda rule: number(rule.get("position"))):
        address = people.get(text(rule.get("user_id")))
        if address is None:
            made.leave("notification rule", rule.get("user_id"), "Its person is not in the export.")
            continue
        key = (address, "high" if rule.get("important") else "low")
        kind = text(rule.get("type"))
        if kind == "wait":
            waited[key] += number(rule.get("duration"))
        elif kind in _WAYS:
            made.rules.setdefault(key, []).append(Way(_WAYS[kind], "", waited[key]))
        elif kind in _NUMBERS:
            reason = (
                f"The number for {_NUMBERS[kind]} is not in its API; add it under notifications."
            )
            made.leave("notification rule", address, reason)
        else:
            made.leave("notification rule", address, f"AIRE has nothing like {kind[:40]}.")


def _integrations(made: Converted, export: Export, chains: dict[str, str]) -> None:
    for integration in export.get("integrations", []):
        shown, kind = text(integration.get("name")), text(integration.get("type"))
        format_name = _FORMATS.get(kind)
        if format_name is None:
            made.leave("integration", shown, f"AIRE has no source for the type {kind[:40]}.")
            continue
        name = made.name_for("Source", shown or kind)
        spec: dict[str, Any] = {"format": format_name}
        key = text(integration.get("link")).rstrip("/").rpartition("/")[2]
        if len(key) >= 32:
            made.secrets[f"KEY_{len(made.secrets)}"] = key
            spec["key"] = f"${{KEY_{len(made.secrets) - 1}}}"
        made.add("Source", name, shown or kind, spec)
        chain = chains.get(text(row(integration.get("default_route")).get("escalation_chain_id")))
        if chain:
            route = {"order": 1000, "match": [f'aire_source="{name}"'], "escalationPolicy": chain}
            made.add("Route", made.name_for("Route", f"from-{name}"), f"From {shown}", route)
