"""PagerDuty, Opsgenie and Grafana OnCall as far as an importer asks them: their paths, their
paging, their refusal of a wrong token."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

from tests.fakes.tracker_server import Answer, FakeServer

Lists = dict[str, list[dict[str, Any]]]
TOKEN = "a-token-of-the-other-tool"


class FakePagerDuty(FakeServer):
    """`limit` (at most 100), `offset`, `more`; a list of schedules has no layers."""

    def __init__(self, lists: Lists) -> None:
        super().__init__()
        self.lists = lists

    def answer(self, method: str, path: str, headers: Any, body: Any) -> Answer:
        if headers.get("Authorization") != f"Token token={TOKEN}":
            return Answer(401, {"error": {"message": "Invalid authentication"}})
        if "version=2" not in headers.get("Accept", ""):
            return Answer(400, {"error": {"message": "Ask for version 2"}})
        parts = urlsplit(path)
        words = parts.path.strip("/").split("/")
        if words[0] == "schedules" and len(words) > 1:
            return self._schedule(words[1], words[2:])
        if len(words) != 1 or words[0] not in self.lists:
            return Answer(404, {"error": {"message": "Not Found"}})
        query = parse_qs(parts.query)
        limit, offset = min(int(query["limit"][0]), 100), int(query["offset"][0])
        items = self.lists[words[0]]
        page = items[offset : offset + min(limit, 2)]
        if words[0] == "schedules":
            page = [{"id": item["id"], "name": item["name"]} for item in page]
        more = offset + len(page) < len(items)
        return Answer(200, {words[0]: page, "limit": limit, "offset": offset, "more": more})

    def _schedule(self, key: str, rest: list[str]) -> Answer:
        found = next((item for item in self.lists["schedules"] if item["id"] == key), None)
        if found is None:
            return Answer(404, {"error": {"message": "Not Found"}})
        if rest == ["overrides"]:
            return Answer(200, {"overrides": found.get("overrides", [])})
        return Answer(200, {"schedule": {k: v for k, v in found.items() if k != "overrides"}})


class FakeOpsgenie(FakeServer):
    """`paging.next` is an absolute address; a team's members and a rule's steps are in details."""

    def __init__(self, lists: Lists) -> None:
        super().__init__()
        self.lists = lists

    def answer(self, method: str, path: str, headers: Any, body: Any) -> Answer:
        if headers.get("Authorization") != f"GenieKey {TOKEN}":
            return Answer(403, {"message": "Key format is not valid!"})
        parts = urlsplit(path)
        words = parts.path.strip("/").split("/")
        if words[0] != "v2" or words[1] not in self.lists:
            return Answer(404, {"message": "Not found"})
        items = self.lists[words[1]]
        if len(words) == 2:
            return self._page(items, parts.path, parse_qs(parts.query))
        found = next((item for item in items if item["id"] == words[2]), None)
        if found is None:
            return Answer(404, {"message": "Not found"})
        if len(words) == 3:
            return Answer(200, {"data": found})
        inside = {"overrides": "overrides", "notification-rules": "notificationRules"}[words[3]]
        listed = found.get(inside, [])
        if len(words) == 5:
            return Answer(200, {"data": next(i for i in listed if i["id"] == words[4])})
        return Answer(200, {"data": [{k: v for k, v in i.items() if k != "steps"} for i in listed]})

    def _page(self, items: list[dict[str, Any]], path: str, query: dict[str, list[str]]) -> Answer:
        offset = int(query.get("offset", ["0"])[0])
        answer: dict[str, Any] = {"data": items[offset : offset + 2]}
        if offset + 2 < len(items):
            answer["paging"] = {"next": f"{self.url}{path}?offset={offset + 2}"}
        return Answer(200, answer)


class FakeGrafanaOnCall(FakeServer):
    """`next` is an absolute address."""

    def __init__(self, lists: Lists) -> None:
        super().__init__()
        self.lists = lists

    def answer(self, method: str, path: str, headers: Any, body: Any) -> Answer:
        if headers.get("Authorization") != TOKEN:
            return Answer(403, {"detail": "Invalid token."})
        parts = urlsplit(path)
        name = parts.path.removeprefix("/api/v1/").strip("/")
        if not parts.path.startswith("/api/v1/") or name not in self.lists:
            return Answer(404, {"detail": "Not found."})
        page = int(parse_qs(parts.query).get("page", ["1"])[0])
        items = self.lists[name]
        following = f"{self.url}/api/v1/{name}/?page={page + 1}" if page * 2 < len(items) else None
        listed = items[(page - 1) * 2 : page * 2]
        return Answer(200, {"count": len(items), "next": following, "results": listed})
