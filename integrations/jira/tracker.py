"""Jira as a tracker. A thin client of the Cloud REST API, version 3.

https://developer.atlassian.com/cloud/jira/platform/rest/v3/api-group-issues/
https://developer.atlassian.com/cloud/jira/platform/webhooks/
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import quote, urlsplit

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

_PROJECT: Final = re.compile(r"[A-Z][A-Z0-9_]{1,19}")
_KEY: Final = re.compile(r"[A-Z][A-Z0-9_]{1,19}-[1-9][0-9]{0,11}")
_CATEGORY: Final = {"new": "open", "indeterminate": "in_progress", "done": "done"}
_WANTED: Final = {
    "open": "new",
    "in_progress": "indeterminate",
    "done": "done",
    "wont_do": "done",
}
_NOT_DONE: Final = re.compile(r"won.?t|reject|declin|cancel|duplicate|not.?planned", re.IGNORECASE)
"""Jira has one category for everything that is over; its name or resolution tells which it was."""
MAX_SUMMARY: Final = 254
MAX_PARAGRAPHS: Final = 200


class Jira:
    name = "jira"
    title = "Jira"
    base_url = ""
    options: tuple[Option, ...] = (
        Option("project", "Project key", "Such as OPS."),
        Option("issue_type", "Issue type", "As the project calls it.", default="Task"),
        Option(
            "email",
            "Account",
            "The address that the API token belongs to. Empty: the token is sent as it is "
            "(Data Center).",
            required=False,
        ),
    )
    signature_help = "In Jira under System, WebHooks: this secret, and the event “Issue: updated”."

    def create(self, connection: Connection, issue: Issue) -> Remote:
        api = _api(connection)
        fields: dict[str, Any] = {
            "project": {"key": _project(connection)},
            "issuetype": {"name": connection.options.get("issue_type") or "Task"},
            "summary": _summary(issue),
            "description": document(issue.body),
            "labels": [*issue.labels, _label(issue)],
        }
        if issue.due_on:
            fields["duedate"] = issue.due_on.isoformat()
        made = api.data("POST", "/rest/api/3/issue", json={"fields": fields})
        return self._read_back(connection, _key(api, made.get("key")))

    def find(self, connection: Connection, issue: Issue) -> Remote | None:
        api = _api(connection)
        jql = f'project = "{_project(connection)}" AND labels = "{_label(issue)}"'
        path = f"/rest/api/3/search/jql?jql={quote(jql)}&fields=status,resolution&maxResults=1"
        issues = api.data("GET", path).get("issues")
        if not isinstance(issues, list):
            raise api.nonsense()
        return _remote(api, connection, issues[0]) if issues else None

    def read(self, connection: Connection, external_id: str) -> Remote | None:
        api = _api(connection)
        path = f"/rest/api/3/issue/{_key(api, external_id)}?fields=status,resolution"
        answer = api.call("GET", path, missing=True)
        return None if answer is None else _remote(api, connection, api.object_in(answer))

    def update(self, connection: Connection, external_id: str, issue: Issue) -> Remote:
        api = _api(connection)
        key = _key(api, external_id)
        fields: dict[str, Any] = {"summary": _summary(issue)}
        if issue.due_on:
            fields["duedate"] = issue.due_on.isoformat()
        api.call("PUT", f"/rest/api/3/issue/{key}", json={"fields": fields})
        now = self._read_back(connection, key)
        if now.status != issue.status:
            _transition(api, key, issue)
            now = self._read_back(connection, key)
        return now

    def receive(self, connection: Connection, headers: Mapping[str, str], body: bytes) -> Incoming:
        """`X-Hub-Signature` is checked over the bytes before anything is read of them."""
        secret = connection.webhook_secret.reveal()
        expected = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
        given = headers.get("X-Hub-Signature", "")
        if not secret or not hmac.compare_digest(expected.encode(), given.encode()):
            raise WrongSignature("The signature is missing or wrong.")
        delivery = headers.get("X-Atlassian-Webhook-Identifier", "")
        try:
            value = load_json(body).value
        except PayloadError as error:
            raise UnreadableWebhook("The body is not JSON.") from error
        payload = value if isinstance(value, dict) else {}
        if payload.get("webhookEvent") not in ("jira:issue_updated", "jira:issue_created"):
            return Incoming(delivery, note="Nothing about the state of an issue.")
        try:
            remote = _remote(_api(connection), connection, payload.get("issue"))
        except TrackerError as error:
            raise UnreadableWebhook("There is no issue in it.") from error
        return Incoming(delivery, remote=remote)

    def _read_back(self, connection: Connection, key: str) -> Remote:
        remote = self.read(connection, key)
        if remote is None:
            raise TrackerError(f"{key} is not to be found right after it was written.")
        return remote


def document(text: str) -> dict[str, Any]:
    """Plain text as an Atlassian document: a paragraph for each block of lines."""
    blocks = [block.strip() for block in text.split("\n\n") if block.strip()][:MAX_PARAGRAPHS]
    return {
        "type": "doc",
        "version": 1,
        "content": [
            {"type": "paragraph", "content": [{"type": "text", "text": block}]} for block in blocks
        ],
    }


def _api(connection: Connection) -> Api:
    account, token = connection.options.get("email", ""), connection.token.reveal()
    plain = base64.b64encode(f"{account}:{token}".encode()).decode("ascii")
    return Api(
        title=connection.name,
        base_url=connection.base_url,
        headers={
            "Authorization": f"Basic {plain}" if account else f"Bearer {token}",
            "Accept": "application/json",
        },
    )


def _transition(api: Api, key: str, issue: Issue) -> None:
    """The workflow's own move that leads into the wanted category; by name among several."""
    path = f"/rest/api/3/issue/{key}/transitions"
    given = api.data("GET", path).get("transitions")
    moves = [one for one in given if isinstance(one, dict)] if isinstance(given, list) else []
    fitting = [one for one in moves if _leads_to(one) == _WANTED[issue.status]]
    over = issue.status == "wont_do"
    named = [one for one in fitting if bool(_NOT_DONE.search(_names(one))) is over]
    chosen = (named or fitting)[:1]
    if not chosen:
        raise TrackerError(
            f"The workflow of {key} has no step from here to “{issue.status.replace('_', ' ')}”. "
            "Move it in Jira, or try again when it has one.",
            permanent=True,
        )
    body = {"transition": {"id": str(chosen[0].get("id"))}}
    api.call("POST", path, json=body)


def _leads_to(move: dict[str, Any]) -> str:
    return _category(move.get("to"))


def _names(move: dict[str, Any]) -> str:
    to = move.get("to")
    return f"{move.get('name')} {to.get('name') if isinstance(to, dict) else ''}"


def _category(status: Any) -> str:
    found = status.get("statusCategory") if isinstance(status, dict) else None
    return str(found.get("key")) if isinstance(found, dict) else ""


def _remote(api: Api, connection: Connection, row: Any) -> Remote:
    fields = row.get("fields") if isinstance(row, dict) else None
    if not isinstance(fields, dict):
        raise api.nonsense()
    key = _key(api, row.get("key"))
    status = fields.get("status")
    category = _CATEGORY.get(_category(status))
    if category is None or not isinstance(status, dict):
        raise api.nonsense()
    label = str(status.get("name") or category)
    resolution = fields.get("resolution")
    word = str(resolution.get("name")) if isinstance(resolution, dict) else ""
    if category == "done" and _NOT_DONE.search(f"{label} {word}"):
        category = "wont_do"
    parts = urlsplit(connection.base_url)
    url = f"{parts.scheme}://{parts.netloc}{parts.path.rstrip('/')}/browse/{key}"
    return Remote(key, url, category, label)


def _key(api: Api, value: Any) -> str:
    if not isinstance(value, str) or not _KEY.fullmatch(value):
        raise api.nonsense()
    return value


def _project(connection: Connection) -> str:
    project = connection.options.get("project", "")
    if not _PROJECT.fullmatch(project):
        raise TrackerError(
            f"“{project[:40]}” is not the key of a project. Write it as OPS in the settings.",
            permanent=True,
        )
    return project


def _summary(issue: Issue) -> str:
    return " ".join(issue.title.split())[:MAX_SUMMARY]


def _label(issue: Issue) -> str:
    return f"aire-{issue.marker.lower()}"


TRACKER = Jira()
