"""Hostile text in every field: shown as text, nothing runs, nothing leaves, nothing moves."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.desk import PHONE, WIDE, Desk, Watched

pytestmark = pytest.mark.browser

RUN = "window.ran=1"
ELSEWHERE = "http://evil.example"
TEXTS = {
    "script": f"<script>{RUN};alert(1)</script><img src={ELSEWHERE}/i onerror={RUN}>"
    f"<svg onload={RUN}>",
    "htmx": f'<div hx-get="{ELSEWHERE}/h" hx-trigger="load" hx-on::load="{RUN}" data-hx-get="/x"'
    f' data-hx-on:click="{RUN}" hx-ext="x" hx-swap-oob="true" id="main">h</div>',
    "quotes": f"\" autofocus onfocus=\"{RUN}\" x='' onmouseover='{RUN}'"
    f' hx-get="{ELSEWHERE}/q" \'>',
    "direction": "\u202eneddih \u2066si\u2067 \u202d\u200f\u061c txet siht",
    "marks": "Z" + "\u0301\u0323\u0489" * 3_334,
    "long": "W" * 1_000_000,
    "template": "{{ request.user.password }}{% include 'base.html' %}${7*7}#{7*7}<%= 7*7 %>",
    "markdown": f"[press](javascript:{RUN}) ![i]({ELSEWHERE}/m.png) "
    f"[d](data:text/html,<script>{RUN}</script>) <a href='javascript:{RUN}'>a</a> "
    f"[v](vbscript:x) ```<script>{RUN}</script>```",
    "link": f"javascript:{RUN}//{ELSEWHERE}",
}


@dataclass(frozen=True)
class Planted:
    """Where one kind of text stands now."""

    incident: str
    alerts: tuple[str, ...]
    receipts: tuple[str, ...]


def from_alertmanager(kind: str, text: str) -> bytes:
    short = text[:60_000]
    one = {
        "status": "firing",
        "labels": {
            "alertname": text,
            "system": "support-assistant",
            "evil": short,
            short[:80]: "x",
        },
        "annotations": {"summary": text, "description": short, "runbook_url": short, short: short},
        "startsAt": datetime.now(UTC).isoformat(),
        "endsAt": "0001-01-01T00:00:00Z",
        "generatorURL": short,
        "fingerprint": f"hostile-{kind}",
    }
    common = {"version": "4", "receiver": short, "status": "firing", "groupKey": short}
    empty: dict[str, Any] = {"groupLabels": {}, "commonLabels": {}, "commonAnnotations": {}}
    return json.dumps({**common, **empty, "externalURL": short, "alerts": [one]}).encode()


def from_anything(kind: str, text: str) -> bytes:
    short = text[:60_000]
    fields = {"title": text, "description": short, "url": short, "severity": "critical"}
    labels = {"system": "fraud-scorer", "evil": short}
    return json.dumps({**fields, "key": f"generic-{kind}", "labels": labels}).encode()


def plant(desk: Desk, kind: str) -> Planted:
    """Through the doors that people and programs have; what is refused with 400 is not planted."""
    text = TEXTS[kind]
    first = desk.sender.post("prod", from_alertmanager(kind, text)).receipt
    status, said = desk.request(
        "POST", f"/in/{desk.keys['other']}/generic/", from_anything(kind, text)
    )
    assert status == 202, said
    receipts = (first, json.loads(said)["receipt"])
    declared = made(desk, "incidents/", title=text[:200], severity="sev3", summary=text[:9_000])
    desk.api("POST", f"incidents/{declared}/events/", {"text": text[:9_000]})
    desk.api("POST", f"incidents/{declared}/tasks/", {"title": text[:200]})
    name, slug = text[:100], f"hostile-{kind}"
    runbooks = [{"title": name, "url": text[:900]}]
    words = {"description": text[:900], "labels": {"evil": text[:100]}}
    common = {"slug": slug, "kind": "llm", "tier": 1, "name": name}
    made(desk, "systems/", **common, **words, runbooks=runbooks) or made(
        desk, "systems/", **common, **words
    )
    change = {"system": slug, "kind": "prompt", "summary": text[:250], "version": name}
    made(desk, "changes/", **change, url=text[:900], rollback_url=text[:900]) or made(
        desk, "changes/", **change
    )
    made(desk, "sources/", slug=slug, name=name, format="generic", system=slug)
    made(desk, "routes/", slug=slug, name=name, order=900, match=[f'evil="{kind}"'])
    sql = "SELECT id::text FROM alerts_alert WHERE dedup_key LIKE %s"
    desk.until(
        lambda: len(desk.rows(sql, [f"%-{kind}"])) == 2,
        f"alerts of {kind} are not read",
        seconds=30,
    )
    alerts = tuple(row[0] for row in desk.rows(sql, [f"%-{kind}"]))
    return Planted(declared, alerts, receipts)


def made(desk: Desk, path: str, **document: Any) -> str:
    """The name of what was made, or nothing where it was refused as bad input."""
    status, said = desk.api("POST", path, document)
    assert status in (201, 400), (path, status, said)
    return str(said.get("ref") or said.get("slug") or said.get("id")) if status == 201 else ""


@pytest.fixture(scope="module")
def desk(chromium: Browser) -> Iterator[Desk]:
    """A program of its own: these words must not stand in the pages of other tests."""
    with Desk(chromium) as running:
        yield running


@pytest.fixture(scope="module")
def planted(desk: Desk) -> dict[str, Planted]:
    return {kind: plant(desk, kind) for kind in TEXTS}


def unharmed(watched: Watched) -> list[str]:
    """Words for all that hostile text has done to the page that is open."""
    page = watched.page
    expect(page.locator(".brand").first).to_be_visible()
    expect(page.locator("h1")).to_be_visible()
    wrong = watched.complaints()
    if page.evaluate("'ran' in window"):
        wrong.append("a script ran")
    foreign = page.locator(
        "main :is([onerror], [onload], [onfocus], [onmouseover], [hx-on\\:\\:load],"
        " [href^='javascript:' i], [href^='data:' i], [href^='vbscript:' i],"
        f" [src^='{ELSEWHERE}'], [hx-get^='{ELSEWHERE}'])"
    )
    if foreign.count():
        wrong.append(f"became markup: {foreign.first.evaluate('e => e.outerHTML')[:200]}")
    return wrong


def paths(kind: str, planted: Planted) -> list[str]:
    slug = f"hostile-{kind}"
    return [
        *([f"/incidents/{planted.incident}/"] if planted.incident else []),
        *[f"/alerts/{pk}/" for pk in planted.alerts],
        f"/alerts/{planted.alerts[0]}/payload/",
        *[f"/alerts/receipts/{pk}/" for pk in planted.receipts],
        f"/systems/{slug}/",
        f"/systems/{slug}/changes/",
        f"/alerts/sources/{slug}/",
        f"/alerts/routes/{slug}/",
    ]


@pytest.mark.parametrize("kind", TEXTS)
def test_on_its_own_pages_it_is_only_text(
    desk: Desk, planted: dict[str, Planted], kind: str
) -> None:
    wrong = []
    with desk.visit(size=PHONE) as watched:
        for path in paths(kind, planted[kind]):
            status = watched.go(path)
            assert status in (200, 404), path
            if status == 200:
                wrong += [f"{path}: {one}" for one in unharmed(watched)]
            watched.errors.clear()
    assert not wrong, "\n".join(wrong)


LISTS = [
    "/",
    "/incidents/?status=all",
    "/alerts/",
    "/systems/",
    "/alerts/sources/",
    "/alerts/routes/",
    "/incidents/new/",
    "/settings/audit/",
    "/search/?q=hostile",
    "/systems/support-assistant/",
]


@pytest.mark.parametrize("size", [WIDE, PHONE], ids=["wide", "phone"])
@pytest.mark.parametrize("path", LISTS)
def test_in_lists_it_is_only_text_among_its_neighbours(
    desk: Desk, planted: dict[str, Planted], path: str, size: tuple[int, int]
) -> None:
    assert len(planted) == len(TEXTS)
    with desk.visit(size=size) as watched:
        assert watched.go(path) == 200
        assert unharmed(watched) == []


@pytest.mark.parametrize("path", ["/incidents/?status=all", "/alerts/", "/"])
def test_a_neighbour_of_hostile_text_can_be_seen_and_pressed(
    desk: Desk, planted: dict[str, Planted], path: str
) -> None:
    assert planted
    with desk.visit(size=PHONE) as watched:
        watched.go(path)
        row = watched.page.get_by_role("link", name="Browser burns its budget").first
        row.scroll_into_view_if_needed()
        box = row.bounding_box()
        assert box is not None
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= PHONE[0]
        assert box["height"] < 200
        row.click(timeout=3_000)
        expect(watched.page.locator("h1")).to_have_text("Browser burns its budget")


def test_text_that_turns_around_turns_nothing_beside_it(
    desk: Desk, planted: dict[str, Planted]
) -> None:
    with desk.visit(size=WIDE) as watched:
        watched.go("/incidents/")
        cell = watched.page.locator(f"#row-{planted['direction'].incident[4:]} .cell-main")
        title, ref = cell.locator("a").bounding_box(), cell.locator("span").bounding_box()
        assert title is not None
        assert ref is not None
        assert ref["x"] >= title["x"] + title["width"]
