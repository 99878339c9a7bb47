"""GitHub's issues as its REST documentation describes them (version 2022-11-28)."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.fakes.tracker_server import Answer, FakeServer

TOKEN = "ghp_fake"
SECRET = "hook-secret-of-github"


class FakeGitHub(FakeServer):
    repository = "acme/assistants"

    def __init__(self) -> None:
        super().__init__()
        self.issues: dict[int, dict[str, Any]] = {}

    def answer(self, method: str, path: str, headers: Any, body: Any) -> Answer:
        if headers.get("Authorization") != f"Bearer {TOKEN}":
            return Answer(401, {"message": "Bad credentials", "status": "401"})
        if headers.get("Accept") != "application/vnd.github+json" or not headers.get("User-Agent"):
            return Answer(415, {"message": "Must accept 'application/vnd.github+json'"})
        parts = urlsplit(path)
        found = re.fullmatch(rf"/repos/{self.repository}/issues(?:/(\d+))?", parts.path)
        if found is None or (found[1] and int(found[1]) not in self.issues):
            return Answer(404, {"message": "Not Found", "status": "404"})
        if method == "POST":
            return self._create(body)
        if method == "PATCH":
            return self._change(self.issues[int(found[1])], body)
        if found[1]:
            return Answer(200, self.issues[int(found[1])])
        wanted = parse_qs(parts.query).get("labels", [""])[0]
        rows = [row for row in self.issues.values() if wanted in [x["name"] for x in row["labels"]]]
        return Answer(200, rows[::-1])

    def _create(self, body: dict[str, Any]) -> Answer:
        if not body.get("title"):
            return Answer(422, {"message": "Validation Failed", "errors": [{"field": "title"}]})
        number = len(self.issues) + 1
        self.issues[number] = {
            "number": number,
            "title": body["title"],
            "body": body.get("body"),
            "labels": [{"name": name} for name in body.get("labels", [])],
            "state": "open",
            "state_reason": None,
            "html_url": f"https://github.com/{self.repository}/issues/{number}",
        }
        return Answer(201, self.issues[number])

    def _change(self, issue: dict[str, Any], body: dict[str, Any]) -> Answer:
        if body.get("state") not in (None, "open", "closed"):
            return Answer(422, {"message": "Validation Failed"})
        if body.get("state") == "open" and issue["state"] == "closed":
            body = {**body, "state_reason": "reopened"}
        issue |= {name: body[name] for name in ("title", "state", "state_reason") if name in body}
        return Answer(200, issue)

    def close(self, number: int, reason: str = "completed") -> None:
        """Somebody closes an issue over there."""
        self.issues[number] |= {"state": "closed", "state_reason": reason}

    def reopen(self, number: int) -> None:
        self.issues[number] |= {"state": "open", "state_reason": "reopened"}

    def webhook(
        self, number: int, action: str, *, delivery: str = "d1", secret: str = SECRET
    ) -> tuple[bytes, dict[str, str]]:
        """The body and the headers that GitHub posts."""
        payload = {
            "action": action,
            "issue": self.issues[number],
            "repository": {"full_name": self.repository},
        }
        body = json.dumps(payload).encode()
        digest = hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
        return body, {
            "X-GitHub-Event": "issues",
            "X-GitHub-Delivery": delivery,
            "X-Hub-Signature-256": f"sha256={digest}",
        }
