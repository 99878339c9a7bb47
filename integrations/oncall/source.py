"""Reads Grafana OnCall's formatted webhook: six fields, none of them required."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from textwrap import dedent

from alerts.reading import (
    Notes,
    add_link,
    condition_key,
    hashed_key,
    load_object,
    one_line,
    read_annotations,
    read_labels,
    text_of,
    word_of,
)
from alerts.severity_words import severity_of
from alerts.signals import Action, Link, Reading, Signal, Unreadable

_STATES = {"alerting": Action.FIRE, "firing": Action.FIRE, "ok": Action.RESOLVE,
           "resolved": Action.RESOLVE}  # fmt: skip
_FIELDS = frozenset(
    {"alert_uid", "title", "image_url", "state", "link_to_upstream_details", "message"}
)


class OnCall:
    """The format `oncall`."""

    name = "oncall"
    title = "Grafana OnCall webhook"

    def read(
        self, body: bytes, *, headers: Mapping[str, str], options: Mapping[str, object]
    ) -> Reading:
        """The one signal of a formatted webhook."""
        document, notes = load_object(body, "formatted webhook")
        if not document.keys() & _FIELDS:
            raise Unreadable(f"This is no formatted webhook: it has none of {_words()}.")
        title = one_line(document.get("title")) or one_line(document.get("message"), 200)
        state = word_of(document.get("state"))
        if state and state not in _STATES:
            notes.add(f"The state {state!r} is unknown; read as alerting.")
        uid = text_of(document.get("alert_uid")).strip()
        labels = {name: value for name, value in document.items()
                  if name not in _FIELDS and isinstance(value, str)}  # fmt: skip
        signal = Signal(
            action=_STATES.get(state, Action.FIRE),
            dedup_key=condition_key(uid) if uid else f"title:{hashed_key(title)}",
            title=title or "An alert without a title",
            severity=severity_of(text_of(document.get("severity"))),
            labels=read_labels(labels, notes),
            annotations=read_annotations({"description": document.get("message")}, notes),
            links=_links(document, notes),
        )
        return Reading((signal,), notes.sentences())

    def snippet(self, *, url: str, base_url: str, key: str) -> str:
        """The old address and the new one."""
        base = base_url.rstrip("/")
        return dedent(
            f"""\
            # In every sender that has an address of Grafana OnCall, change the host and the token:
            #   {base}/integrations/v1/formatted_webhook/{key}/
            #   {base}/integrations/v1/alertmanager/{key}/
            #   {base}/integrations/v1/grafana_alerting/{key}/
            # (A token of OnCall can be brought along as the source's key: then only the host
            # changes.)
            curl -X POST '{url}' -H 'Content-Type: application/json' -d '{{
              "alert_uid": "08d6891a-835c-e661-39fa-96b6a9e26552",
              "title": "The GPU node is hot", "state": "alerting",
              "link_to_upstream_details": "https://grafana.example.org/d/gpu",
              "message": "87 degrees"}}'
            """
        )

    def sample(self, *, now: datetime, system: str) -> bytes:
        """The six fields, and two more that AIRE understands."""
        document = {
            "alert_uid": f"{system}-sample",
            "title": f"Answers of {system} are not grounded",
            "state": "alerting",
            "link_to_upstream_details": "https://grafana.example.org/d/answers",
            "message": "97.1 % of judged answers were grounded over 1 h (objective 99.5 %).",
            "severity": "critical",
            "system": system,
        }
        return json.dumps(document, ensure_ascii=False).encode()


def _links(document: Mapping[str, object], notes: Notes) -> tuple[Link, ...]:
    links: list[Link] = []
    add_link(links, "Details", document.get("link_to_upstream_details"), notes)
    add_link(links, "Image", document.get("image_url"), notes)
    return tuple(links)


def _words() -> str:
    return ", ".join(sorted(_FIELDS))


FORMAT = OnCall()
