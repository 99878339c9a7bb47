"""The settings by area: one table for the settings page, its filter box and the search.

It names addresses of every room and knows no room: an address that is absent is left out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import NamedTuple

from django.urls import NoReverseMatch, reverse

from accounts.models import Role, User
from core.search import Hit, Provider, Query

_WORD = re.compile(r"\w+")


class Entry(NamedTuple):
    """A line of the settings page. `role` is the least that may open it; `also` are other words
    that people look for."""

    name: str
    title: str
    text: str
    icon: str
    role: str = Role.VIEWER
    also: str = ""


class Area(NamedTuple):
    title: str
    entries: tuple[Entry, ...]


class Line(NamedTuple):
    entry: Entry
    url: str


YOU = Area(
    "You",
    (
        Entry("accounts:profile", "Profile", "Name, time zone, theme, shortcuts", "circle-user",
              also="dark mode language"),
        Entry("notifications:contacts", "How AIRE reaches you",
              "Numbers, push, rules by urgency, quiet hours", "bell-ring",
              also="notification rules phone sms call contact"),
        Entry("oncall:time-off", "My time off", "When somebody else takes your turns", "calendar",
              also="holidays vacation leave"),
        Entry("oncall:calendars", "Calendars", "Your shifts in your calendar", "calendar-clock",
              also="ical ics feed"),
        Entry("notifications:inbox", "Inbox", "What AIRE has told you", "inbox"),
        Entry("slack:mine", "Slack account", "Whom AIRE takes you for in Slack", "message-square",
              also="link"),
        Entry("accounts:keys", "API keys", "Keys that act as you", "key-round", also="token"),
        Entry("account_change_password", "Password", "Choose another one", "lock"),
        Entry("mfa_index", "Two-factor sign-in", "A code beside the password", "shield",
              also="totp mfa recovery codes security"),
    ),
)  # fmt: skip
ON_CALL = Area(
    "On-call",
    (
        Entry("oncall:schedule-list", "Schedules", "Who is on call when", "calendar-days",
              also="rotation override swap shift"),
        Entry("oncall:policy-list", "Escalation policies", "Who is paged, in which order",
              "megaphone"),
        Entry("webhooks:rooms", "Rooms and services", "Teams, Mattermost, ntfy: paged by name",
              "message-square", Role.MANAGER, also="apprise channel microsoft"),
        Entry("oncall:page-list", "Pages", "Who was paged, and what became of it", "bell"),
        Entry("oncall:load", "On-call load", "Hours, nights and pay, by person", "gauge",
              also="fairness humane report"),
        Entry("oncall:shadow", "Shadow mode", "Run beside the old tool, page nobody", "eye-off"),
    ),
)  # fmt: skip
ALERTS = Area(
    "Alerts",
    (
        Entry("alerts:source-list", "Sources", "Where alerts come from", "plug",
              also="integration webhook prometheus alertmanager grafana datadog sentry"),
        Entry("alerts:route-list", "Routes", "Which alert goes where", "route"),
        Entry("alerts:silence-list", "Silences and maintenance",
              "What stays quiet, and how long", "bell-off", also="mute window"),
        Entry("alerts:noise", "Noise rules", "One alert speaks for others, flapping", "filter",
              also="inhibition dependencies"),
        Entry("alerts:heartbeat-list", "Heartbeats", "Jobs that must be heard of", "heart-pulse",
              also="dead man cron"),
        Entry("alerts:quality", "Alert quality", "Which rules deserve attention", "gauge",
              also="noisy false alarms"),
        Entry("alerts:set-aside", "Set aside", "Deliveries that could not be read", "archive",
              also="dead letter failed"),
    ),
)  # fmt: skip
SYSTEMS = Area(
    "Systems and objectives",
    (
        Entry("catalog:system-list", "Systems", "What runs, who owns it, what it needs", "boxes",
              also="catalog service model"),
        Entry("catalog:gaps", "Owners missing", "Sides of a system that nobody answers for",
              "users", also="gaps"),
        Entry("slos:library", "Ready indicators", "Objectives for AI systems to start from",
              "book-open", also="library slo sli"),
        Entry("slos:planner", "Plan sampling", "How much to evaluate to notice in time", "target",
              also="evaluation"),
        Entry("openslo", "OpenSLO", "Objectives in and out as files", "file-text",
              also="import export prometheus rules"),
    ),
)  # fmt: skip
INCIDENTS = Area(
    "Incidents and learning",
    (
        Entry("playbooks:list", "Playbooks", "What can be done, and done by AIRE", "book-open",
              also="runbook mitigation automation"),
        Entry("playbooks:runs", "Playbook runs", "What playbooks did", "play"),
        Entry("incidents:drills:list", "Drills", "Practise with a simulated failure", "play",
              also="exercise game day test"),
        Entry("incidents:reports:list", "Reports by people", "Wrong answers that people told of",
              "message-square", also="feedback form"),
        Entry("taxonomy:home", "Taxonomy", "What can go wrong with AI", "list-tree",
              also="causes classes failure"),
        Entry("postmortems:template-list", "Postmortem templates",
              "Which sections a document begins with", "layers"),
        Entry("postmortems:agenda", "Review agenda", "What the next review meeting looks at",
              "users"),
        Entry("clocks:list", "Regulatory clocks", "Reports that are due to an authority", "timer",
              also="gdpr ai act article 73 compliance"),
        Entry("clocks:rules", "Duties and their rules", "Which law asks for what, and when",
              "shield", also="regulatory"),
    ),
)  # fmt: skip
PEOPLE = Area(
    "People",
    (
        Entry("accounts:people", "People", "Who may sign in, and their roles", "user",
              Role.MANAGER, also="invite user role"),
        Entry("accounts:team-list", "Teams", "Who works together", "users"),
        Entry("accounts:audit", "Audit trail", "Who changed what, and when", "history",
              Role.MANAGER, also="log"),
    ),
)  # fmt: skip
INTEGRATIONS = Area(
    "Integrations",
    (
        Entry("slack:settings", "Slack", "The app, its scopes, who is not linked",
              "message-square", Role.ADMIN, also="manifest socket mode chat"),
        Entry("slack:channels", "Slack channels", "Announcements, a channel for each incident",
              "megaphone", Role.ADMIN),
        Entry("digests:list", "Daily digests", "One message a day to a channel", "calendar"),
        Entry("chatops:commands", "Chat commands", "What /aire understands", "terminal"),
        Entry("trackers:list", "Trackers", "Where follow-ups are worked on", "plug", Role.ADMIN,
              also="jira github issue"),
        Entry("connections:list", "Connections", "What playbooks act through", "plug", Role.ADMIN,
              also="kubernetes github gitlab mlflow"),
        Entry("webhooks:list", "Outgoing webhooks", "Programs that are told what happens",
              "webhook", Role.MANAGER),
        Entry("api:docs", "API", "Every call, with examples", "code", also="rest openapi"),
    ),
)  # fmt: skip
OPERATIONS = Area(
    "Operations",
    (
        Entry("first-run", "First run", "Five steps from nothing to a page that arrives",
              "list-checks", Role.MANAGER, also="set up start onboarding"),
        Entry("move", "Move from another tool", "PagerDuty, Opsgenie, Grafana OnCall, MLflow",
              "download", Role.ADMIN, also="import migrate"),
        Entry("health", "Health of AIRE", "What is late, engines, watchdog, channels",
              "heart-pulse", Role.MANAGER, also="status"),
        Entry("reports:digest", "Weekly digest", "The sentence of each report, on Mondays",
              "mail", also="report mail"),
        Entry("design", "Design", "Every component with sample values", "layers", Role.ADMIN),
    ),
)  # fmt: skip
AREAS = (ON_CALL, ALERTS, SYSTEMS, INCIDENTS, INTEGRATIONS, PEOPLE, OPERATIONS, YOU)


def settings_for(user: User, text: str = "") -> list[tuple[str, list[Line]]]:
    """(area, lines) of what this person may open and what has all of these words."""
    words = _WORD.findall(text.lower())
    found = [(area.title, list(_lines(user, area, words))) for area in AREAS]
    return [(title, lines) for title, lines in found if lines]


def _lines(user: User, area: Area, words: Sequence[str]) -> Iterator[Line]:
    for entry in area.entries:
        if user.has_role(entry.role) and _has(entry, area, words) and (url := _address(entry)):
            yield Line(entry, url)


def _has(entry: Entry, area: Area, words: Sequence[str]) -> bool:
    """Each word is the beginning of one of the entry's; so letters may be typed one by one."""
    own = _WORD.findall(f"{entry.title} {entry.text} {entry.also} {area.title}".lower())
    return all(any(one.startswith(word) for one in own) for word in words)


def _address(entry: Entry) -> str:
    try:
        return reverse(entry.name)
    except NoReverseMatch:
        return ""


def search_settings(user: User, query: Query, limit: int) -> list[Hit]:
    """Pages of the settings by the words of their names; asks no database."""
    asked = query.text.lower().replace('"', "").strip()
    hits = [
        Hit(
            kind="settings",
            title=line.entry.title,
            url=line.url,
            detail=line.entry.text,
            icon=line.entry.icon,
            exact=line.entry.title.lower() == asked,
        )
        for _, lines in settings_for(user, asked)
        for line in lines
    ]
    hits.sort(key=lambda hit: (not hit.exact, not hit.title.lower().startswith(asked)))
    return hits[:limit]


PROVIDER = Provider("settings", "Settings", search_settings, list_name="accounts:settings")
