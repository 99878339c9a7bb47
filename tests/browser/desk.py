"""AIRE with its demo as one program, and pages of it opened in a browser that is watched."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Any

from playwright.sync_api import (
    APIRequestContext,
    Browser,
    BrowserContext,
    Dialog,
    Page,
    Request,
    StorageState,
)

from tests.program.harness import ADMIN, PASSWORD, Program
from tests.program.payloads import alert

WIDE = (1440, 900)
PHONE = (390, 844)
# What a page may move after it was first drawn (CLS).
STILL = 0.02
LISTENERS = (Path(__file__).parent / "listeners.js").read_text()
TITLE = "Browser burns its budget"

CONFIG = """
apiVersion: aire/v1
kind: ApiKey
metadata: {name: tests}
spec: {user: admin@example.org, scopes: [read, write], key: '${TEST_API_KEY}'}
---
apiVersion: aire/v1
kind: Source
metadata: {name: prod}
spec: {format: alertmanager, key: '${TEST_KEY_PROD}'}
---
apiVersion: aire/v1
kind: Source
metadata: {name: other}
spec: {format: generic, key: '${TEST_KEY_OTHER}'}
---
apiVersion: aire/v1
kind: ChannelDigest
metadata: {name: daily}
spec: {channel: '#incidents'}
---
apiVersion: aire/v1
kind: SlackChannel
metadata: {name: everything}
spec: {channel: '#incidents', verbosity: key}
---
apiVersion: aire/v1
kind: Tracker
metadata: {name: board, displayName: Team board}
spec: {client: github, options: {repository: acme/assistants}, token: '${TEST_API_KEY}'}
---
apiVersion: aire/v1
kind: Webhook
metadata: {name: ops-bot, displayName: Ops bot}
spec: {url: 'https://bot.example.org/aire', events: [incident.opened], secret: '${TEST_API_KEY}'}
"""


@dataclass
class Watched:
    """A page, and everything that must not happen on it."""

    page: Page
    origin: str
    errors: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._ears = {
            "console": lambda m: self.errors.append(m.text) if m.type == "error" else None,
            "pageerror": lambda error: self.errors.append(str(error)),
            "request": self._request,
            "dialog": self._dialog,
        }
        for event, ear in self._ears.items():
            self.page.on(event, ear)  # type: ignore[call-overload]

    def leave(self) -> None:
        """Hears no more of it."""
        for event, ear in self._ears.items():
            self.page.remove_listener(event, ear)

    def _request(self, request: Request) -> None:
        if not request.url.startswith((f"{self.origin}/", "data:")):
            self.strangers.append(request.url)

    def _dialog(self, dialog: Dialog) -> None:
        self.dialogs.append(dialog.message)
        dialog.dismiss()

    def go(self, path: str) -> int:
        """Opens it and waits until it has been drawn; answers the status."""
        answer = self.page.goto(f"{self.origin}{path}", wait_until="load")
        assert answer is not None
        return answer.status

    def overhang(self) -> int:
        """By how many pixels the page is wider than the screen."""
        root = "document.documentElement"
        return int(self.page.evaluate(f"{root}.scrollWidth - {root}.clientWidth"))

    def complaints(self) -> list[str]:
        """All that is wrong with what is open now, in words."""
        refused, shift, movers = self.page.evaluate("settledPage()")
        headings = self.page.locator("h1").count()
        return [
            *self.errors,
            *[f"refused by the policy: {one}" for one in refused],
            *[f"left the origin: {url}" for url in self.strangers],
            *[f"opened a dialog: {words}" for words in self.dialogs],
            *([f"moved by {shift:.3f}: {movers}"] if shift >= STILL else []),
            *([f"{headings} headings of the first level"] if headings != 1 else []),
            *[f"cut off: {one}" for one in self.page.evaluate("stickingOut()")],
            *([f"wider than the screen by {over}"] if (over := self.overhang()) > 0 else []),
        ]


class Desk(Program):
    """The program with the demo, one incident that is being paged, and somebody signed in."""

    def __init__(self, browser: Browser) -> None:
        super().__init__(sources=["prod", "other"], env={"DEMO": "1"})
        self.browser = browser
        self.origin = f"http://127.0.0.1:{self.port}"
        self._shared: dict[tuple[bool, tuple[int, int]], BrowserContext] = {}

    def configure(self) -> None:
        self._given |= {f"TEST_KEY_{name.upper()}": key for name, key in self.keys.items()}
        self.manage("apply", "-", text=CONFIG)
        self.manage("drill", "capacity", "--system", "gpu-inference")
        self.sender.post("prod", alert("Browser"))
        self.sender.post("other", b'{"neither": "one thing nor')
        self.until(lambda: bool(self.inboxes.about(TITLE)), "nobody was paged", seconds=30)

    def ref_of(self, title: str) -> str:
        """The reference of the newest incident with this title, when it has come."""
        sql = "SELECT id FROM incidents_incident WHERE title = %s ORDER BY id DESC LIMIT 1"
        self.until(lambda: bool(self.rows(sql, [title])), f"no incident {title!r}", seconds=30)
        return f"INC-{self.rows(sql, [title])[0][0]}"

    def incident_about(self, name: str) -> str:
        """Sends an alert as Alertmanager does and waits for its incident."""
        self.sender.post("prod", alert(name))
        return self.ref_of(f"{name} burns its budget")

    def mailed_link(self, title: str) -> str:
        """Where the button in the page by mail leads."""

        def links() -> list[str]:
            mails = [m for m in self.inboxes.mail.messages if title in str(m["Subject"])]
            texts = [str(mail.get_body(("plain",)).get_content()) for mail in mails]  # type: ignore[union-attr]
            return re.findall(rf"{re.escape(self.origin)}(/ack/\S+/)", "\n".join(texts))

        self.until(lambda: bool(links()), f"no mail about {title}", seconds=30)
        return links()[0]

    # -- looking -----------------------------------------------------------------------------

    @cached_property
    def signed_in(self) -> StorageState:
        context = self.browser.new_context()
        page = context.new_page()
        page.goto(f"{self.origin}/accounts/login/")
        sign_in(page)
        page.wait_for_url(f"{self.origin}/")
        state = context.storage_state()
        context.close()
        return state

    @property
    def plain(self) -> APIRequestContext:
        """Asks as somebody signed in, without a page."""
        return self._kept(signed_in=True, size=WIDE).request

    def _kept(self, *, signed_in: bool, size: tuple[int, int]) -> BrowserContext:
        key = (signed_in, size)
        if key not in self._shared:
            self._shared[key] = self.context(signed_in=signed_in, size=size)
            # Visits look at what was drawn. What moves because others work is looked at elsewhere.
            self._shared[key].add_init_script("delete window.EventSource")
        return self._shared[key]

    @contextmanager
    def visit(self, *, signed_in: bool = True, size: tuple[int, int] = WIDE) -> Iterator[Watched]:
        """A page that later visits share, with what the browser has kept so far: a new one would
        be a process of its own."""
        context = self._kept(signed_in=signed_in, size=size)
        page = context.pages[0] if context.pages else context.new_page()
        page.emulate_media(color_scheme="light", reduced_motion="reduce")
        watched = Watched(page, self.origin)
        try:
            yield watched
        finally:
            watched.leave()
            page.goto("about:blank")

    @contextmanager
    def open(
        self, *, signed_in: bool = True, size: tuple[int, int] = WIDE, **how: Any
    ) -> Iterator[Watched]:
        context = self.context(signed_in=signed_in, size=size, **how)
        try:
            yield Watched(context.new_page(), self.origin)
        finally:
            context.close()

    def context(self, *, signed_in: bool, size: tuple[int, int], **how: Any) -> BrowserContext:
        context = self.browser.new_context(
            viewport={"width": size[0], "height": size[1]},
            storage_state=self.signed_in if signed_in else None,
            # What a page loads is looked at as it goes over the wire.
            service_workers="block",
            **how,
        )
        context.set_default_timeout(10_000)
        context.add_init_script(LISTENERS)
        return context


def sign_in(page: Page) -> None:
    page.get_by_label("E-mail address").fill(ADMIN)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()
