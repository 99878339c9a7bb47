"""Reading the other tool through its REST API, page by page, with the guarded client. The lists
come out as an export has them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode, urljoin, urlsplit

from aire_web.importing.bundle import MAX_ITEMS
from aire_web.importing.converted import row, rows, text
from core import clock, http
from core.errors import Invalid

SECONDS = 15.0
MAX_BYTES = 5 * 1_048_576
MAX_CALLS = 2_000
PAGE = 100
COMING = timedelta(days=180)

Lists = dict[str, list[dict[str, Any]]]


@dataclass(slots=True)
class Remote:
    """One tool's API. `calls` counts, so that a tool that never ends does."""

    base: str
    headers: dict[str, str]
    calls: int = 0

    def get(self, path: str, *, missing: tuple[int, ...] = (), **query: Any) -> dict[str, Any]:
        """The object there; an empty one for a status that is `missing`."""
        address = urljoin(f"{self.base.rstrip('/')}/", path.lstrip("/"))
        if urlsplit(address)[:2] != urlsplit(self.base)[:2]:
            raise refused("The API names another host than the one that was given.")
        if query:
            address += ("&" if "?" in address else "?") + urlencode(query, doseq=True)
        self.calls += 1
        if self.calls > MAX_CALLS:
            raise refused("The API has more to tell than is read at once.")
        try:
            answer = http.request(
                "GET", address, headers=self.headers, timeout=SECONDS, max_bytes=MAX_BYTES
            )
            if answer.status in missing:
                return {}
            if not answer.ok:
                raise refused(_status(answer.status, urlsplit(address).path))
            return row(answer.json())
        except (http.OutboundRefused, http.OutboundFailed) as error:
            raise refused(str(error)) from error


def _status(status: int, path: str) -> str:
    if status in (401, 403):
        return f"The token is not accepted for {path} (status {status})."
    return f"{path} answered with status {status}."


def refused(sentence: str) -> Invalid:
    return Invalid(sentence, errors={"address": [sentence]})


def bounded(items: Iterator[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    found = []
    for item in items:
        found.append(item)
        if len(found) > MAX_ITEMS:
            raise refused(f"The API has more than {MAX_ITEMS:,} {name}.")
    return found


def read_pagerduty(address: str, token: str) -> Lists:
    """`offset`, `limit` and `more`; schedules with their layers have addresses of their own."""
    remote = Remote(address or "https://api.pagerduty.com", {
        "Authorization": f"Token token={token}",
        "Accept": "application/vnd.pagerduty+json;version=2",
    })  # fmt: skip

    def listed(name: str, **query: Any) -> list[dict[str, Any]]:
        def pages() -> Iterator[dict[str, Any]]:
            offset = 0
            while True:
                answer = remote.get(name, limit=PAGE, offset=offset, **query)
                found = rows(answer.get(name))
                yield from found
                if answer.get("more") is not True or not found:
                    return
                offset += len(found)

        return bounded(pages(), name)

    since, until = clock.now(), clock.now() + COMING
    schedules = []
    for summary in listed("schedules"):
        key = text(summary.get("id"))
        schedule = row(remote.get(f"schedules/{key}").get("schedule"))
        overrides = remote.get(
            f"schedules/{key}/overrides", since=since.isoformat(), until=until.isoformat()
        )
        schedules.append({**schedule, "overrides": rows(overrides.get("overrides"))})
    include = ["contact_methods", "notification_rules", "teams"]
    return {
        "users": listed("users", **{"include[]": include}),
        "teams": listed("teams"),
        "schedules": schedules,
        "escalation_policies": listed("escalation_policies"),
        "services": listed("services", **{"include[]": ["integrations"]}),
    }


def read_opsgenie(address: str, token: str) -> Lists:
    """`paging.next` is the address of the next page; details have addresses of their own."""
    remote = Remote(address or "https://api.opsgenie.com", {"Authorization": f"GenieKey {token}"})

    def listed(path: str) -> list[dict[str, Any]]:
        def pages() -> Iterator[dict[str, Any]]:
            following = path
            while following:
                answer = remote.get(following)
                yield from rows(answer.get("data"))
                following = text(row(answer.get("paging")).get("next"))

        return bounded(pages(), path)

    def detail(path: str, item: dict[str, Any]) -> dict[str, Any]:
        return row(remote.get(f"{path}/{text(item.get('id'))}").get("data")) or item

    users = [
        {**user, "notificationRules": _rules_of(remote, user)}
        for user in listed(f"v2/users?limit={PAGE}")
    ]
    schedules = [
        {
            **schedule,
            "overrides": listed(f"v2/schedules/{text(schedule.get('id'))}/overrides"),
        }
        for schedule in listed("v2/schedules?expand=rotation")
    ]
    return {
        "users": users,
        "teams": [detail("v2/teams", team) for team in listed("v2/teams")],
        "schedules": schedules,
        "escalations": listed("v2/escalations"),
        "integrations": listed("v2/integrations"),
    }


def _rules_of(remote: Remote, user: dict[str, Any]) -> list[dict[str, Any]]:
    key = text(user.get("id"))
    found = rows(remote.get(f"v2/users/{key}/notification-rules").get("data"))
    return [
        row(remote.get(f"v2/users/{key}/notification-rules/{text(rule.get('id'))}").get("data"))
        for rule in found
        if text(rule.get("actionType")) == "create-alert"
    ]


def read_grafana_oncall(address: str, token: str) -> Lists:
    """`next` is the address of the next page."""
    if not address:
        raise refused("Give the address of your OnCall, like https://oncall.example.org.")
    base = address.rstrip("/")
    base = base if base.endswith("/api/v1") else f"{base}/api/v1"
    remote = Remote(base, {"Authorization": token})

    def listed(name: str) -> list[dict[str, Any]]:
        def pages() -> Iterator[dict[str, Any]]:
            following = f"{name}/"
            while following:
                answer = remote.get(following)
                yield from rows(answer.get("results"))
                following = text(answer.get("next"))

        return bounded(pages(), name)

    return {
        name: listed(name)
        for name in (
            "users",
            "teams",
            "schedules",
            "on_call_shifts",
            "escalation_chains",
            "escalation_policies",
            "personal_notification_rules",
            "integrations",
        )
    }


Reader = Callable[[str, str], Lists]
