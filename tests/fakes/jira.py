"""Jira's issues as the documentation of its Cloud REST API, version 3, describes them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.fakes.tracker_server import Answer, FakeServer

ACCOUNT, TOKEN = "bot@example.org", "jira-fake-token"
SECRET = "hook-secret-of-jira"
STATUSES = {
    "To do": "new",
    "Working": "indeterminate",
    "Done": "done",
    "Won't do": "done",
}


class FakeJira(FakeServer):
    project = "OPS"

    def __init__(self) -> None:
        super().__init__()
        self.issues: dict[str, dict[str, Any]] = {}
        self.workflow = list(STATUSES)

    def answer(self, method: str, path: str, headers: Any, body: Any) -> Answer:
        plain = base64.b64encode(f"{ACCOUNT}:{TOKEN}".encode()).decode()
        if headers.get("Authorization") != f"Basic {plain}":
            return Answer(401, {"errorMessages": ["Client must be authenticated"], "errors": {}})
        parts = urlsplit(path)
        if parts.path == "/rest/api/3/search/jql":
            return self._search(parse_qs(parts.query)["jql"][0])
        if parts.path == "/rest/api/3/issue" and method == "POST":
            return self._create(body["fields"])
        found = re.fullmatch(r"/rest/api/3/issue/([A-Z]+-\d+)(/transitions)?", parts.path)
        issue = self.issues.get(found[1]) if found else None
        if found is None or issue is None:
            return Answer(404, {"errorMessages": ["Issue does not exist"], "errors": {}})
        if found[2]:
            return self._transitions(method, issue, body)
        if method == "PUT":
            issue["fields"] |= body["fields"]
            return Answer(204)
        return Answer(200, issue)

    def _create(self, fields: dict[str, Any]) -> Answer:
        if fields["project"]["key"] != self.project:
            return Answer(400, {"errorMessages": [], "errors": {"project": "valid project"}})
        if fields["description"]["type"] != "doc" or fields["issuetype"]["name"] != "Task":
            return Answer(400, {"errorMessages": [], "errors": {"description": "not a document"}})
        key = f"{self.project}-{len(self.issues) + 1}"
        self.issues[key] = {"id": str(len(self.issues) + 10_000), "key": key, "fields": fields}
        self.set(key, "To do")
        return Answer(201, {"id": self.issues[key]["id"], "key": key, "self": "…"})

    def _search(self, jql: str) -> Answer:
        label = re.findall(r'labels = "([^"]+)"', jql)[0]
        rows = [row for row in self.issues.values() if label in row["fields"]["labels"]]
        return Answer(200, {"issues": rows, "isLast": True})

    def _transitions(self, method: str, issue: dict[str, Any], body: Any) -> Answer:
        moves = [
            {"id": str(number), "name": f"To {name}", "to": _status(name)}
            for number, name in enumerate(self.workflow)
            if name != issue["fields"]["status"]["name"]
        ]
        if method == "GET":
            return Answer(200, {"transitions": moves})
        chosen = [move for move in moves if move["id"] == body["transition"]["id"]]
        if not chosen:
            return Answer(400, {"errorMessages": ["Transition is not valid"], "errors": {}})
        self.set(issue["key"], chosen[0]["to"]["name"])
        return Answer(204)

    def set(self, key: str, name: str) -> None:
        """The issue is moved there, by AIRE or by a person."""
        self.issues[key]["fields"] |= {"status": _status(name), "resolution": None}

    def status(self, key: str) -> str:
        return str(self.issues[key]["fields"]["status"]["name"])

    def webhook(self, key: str, *, delivery: str = "w1") -> tuple[bytes, dict[str, str]]:
        payload = {"webhookEvent": "jira:issue_updated", "issue": self.issues[key]}
        body = json.dumps(payload).encode()
        digest = hmac.new(SECRET.encode(), body, hashlib.sha256).hexdigest()
        return body, {
            "X-Hub-Signature": f"sha256={digest}",
            "X-Atlassian-Webhook-Identifier": delivery,
        }


def _status(name: str) -> dict[str, Any]:
    return {"name": name, "statusCategory": {"key": STATUSES[name]}}
