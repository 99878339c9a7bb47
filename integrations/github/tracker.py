"""GitHub Issues as a tracker. A thin client of the REST API, version 2022-11-28.

https://docs.github.com/en/rest/issues/issues
https://docs.github.com/en/webhooks/using-webhooks/validating-webhook-deliveries
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from typing import Any, Final

from core.connecting import Option
from core.payload import PayloadError, load_json
from postmortems.trackers import (
    Api,
    Connection,
    Incoming,
    Issue,
    Remote,
    TrackerError,
    UnreadableWebhook,
    WrongSignature,
)

VERSION: Final = "2022-11-28"
_REPOSITORY: Final = re.compile(r"[A-Za-z0-9_.-]{1,100}/[A-Za-z0-9_.-]{1,100}")
_STATES: Final = {
    "open": {"state": "open"},
    "in_progress": {"state": "open"},
    "done": {"state": "closed", "state_reason": "completed"},
    "wont_do": {"state": "closed", "state_reason": "not_planned"},
}


class GitHub:
    name = "github"
    title = "GitHub"
    base_url = "https://api.github.com"
    options: tuple[Option, ...] = (
        Option("repository", "Repository", "As owner/name."),
        Option("labels", "Labels", "Separated by commas; “aire” is always there.", required=False),
    )
    signature_help = (
        "In the repository under Settings, Webhooks: content type application/json, this secret, "
        "and the event “Issues”."
    )

    def create(self, connection: Connection, issue: Issue) -> Remote:
        wanted = connection.options.get("labels", "").split(",")
        labels = ["aire", *(name for one in wanted if (name := one.strip()) and name != "aire")]
        body = {
            "title": issue.title[:256],
            "body": f"{issue.body}\n\n{_marker(issue)}",
            "labels": labels[:20],
        }
        api = _api(connection)
        return _remote(api, api.data("POST", _path(connection), json=body))

    def find(self, connection: Connection, issue: Issue) -> Remote | None:
        """Among the newest fifty that AIRE made: an answer that was lost is not older."""
        api = _api(connection)
        path = f"{_path(connection)}?labels=aire&state=all&sort=created&per_page=50"
        for row in api.rows("GET", path):
            if isinstance(row, dict) and _marker(issue) in str(row.get("body") or ""):
                return _remote(api, row)
        return None

    def read(self, connection: Connection, external_id: str) -> Remote | None:
        api = _api(connection)
        answer = api.call("GET", f"{_path(connection)}/{_number(external_id)}", missing=True)
        return None if answer is None else _remote(api, api.object_in(answer))

    def update(self, connection: Connection, external_id: str, issue: Issue) -> Remote:
        api = _api(connection)
        body = {"title": issue.title[:256], **_STATES[issue.status]}
        return _remote(
            api, api.data("PATCH", f"{_path(connection)}/{_number(external_id)}", json=body)
        )

    def receive(self, connection: Connection, headers: Mapping[str, str], body: bytes) -> Incoming:
        """`X-Hub-Signature-256` is checked over the bytes before anything is read of them."""
        secret = connection.webhook_secret.reveal()
        expected = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
        given = headers.get("X-Hub-Signature-256", "")
        if not secret or not hmac.compare_digest(expected.encode(), given.encode()):
            raise WrongSignature("The signature is missing or wrong.")
        delivery = headers.get("X-GitHub-Delivery", "")
        if headers.get("X-GitHub-Event") != "issues":
            return Incoming(delivery, note="Nothing about an issue.")
        try:
            value = load_json(body).value
        except PayloadError as error:
            raise UnreadableWebhook("The body is not JSON.") from error
        payload = value if isinstance(value, dict) else {}
        repository = payload.get("repository")
        name = repository.get("full_name") if isinstance(repository, dict) else None
        if str(name).lower() != connection.options.get("repository", "").lower():
            return Incoming(delivery, note="About another repository.")
        if payload.get("action") == "deleted":
            return Incoming(delivery, note="The issue was deleted; the action stays.")
        try:
            return Incoming(delivery, remote=_remote(_api(connection), payload.get("issue")))
        except TrackerError as error:
            raise UnreadableWebhook("There is no issue in it.") from error


def _api(connection: Connection) -> Api:
    return Api(
        title=connection.name,
        base_url=connection.base_url,
        headers={
            "Authorization": f"Bearer {connection.token.reveal()}",
            "Accept": "application/vnd.github+json",
            "X-GitHub-Api-Version": VERSION,
        },
    )


def _path(connection: Connection) -> str:
    repository = connection.options.get("repository", "")
    if not _REPOSITORY.fullmatch(repository) or ".." in repository:
        raise TrackerError(
            f"“{repository[:80]}” is not a repository. Write it as owner/name in the settings.",
            permanent=True,
        )
    return f"/repos/{repository}/issues"


def _number(external_id: str) -> str:
    if not re.fullmatch(r"[1-9][0-9]{0,17}", external_id):
        raise TrackerError(f"“{external_id[:40]}” is not an issue.", permanent=True)
    return external_id


def _remote(api: Api, row: Any) -> Remote:
    number = row.get("number") if isinstance(row, dict) else None
    if not isinstance(number, int) or isinstance(number, bool) or number < 1:
        raise api.nonsense()
    closed = row.get("state") == "closed"
    planned = row.get("state_reason") not in ("not_planned", "duplicate")
    status = ("done" if planned else "wont_do") if closed else "open"
    label = f"closed as {row.get('state_reason') or 'completed'}" if closed else "open"
    return Remote(str(number), str(row.get("html_url") or ""), status, label.replace("_", " "))


def _marker(issue: Issue) -> str:
    return f"<!-- aire:{issue.marker} -->"


TRACKER = GitHub()
