"""Reads what a person wrote: which system, what is wrong, how to reach them. JSON or a form."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from textwrap import dedent
from urllib.parse import parse_qsl

from alerts.reading import (
    Notes,
    add_link,
    condition_key,
    load_object,
    one_line,
    read_annotations,
    read_labels,
    received_at,
    text_of,
)
from alerts.reported import Reported
from alerts.severity_words import severity_of
from alerts.signals import Action, Link, Reading, Severity, Signal, Unreadable

TEXT_FIELDS = ("text", "message", "description")
MAX_TEXT = 4000
ANSWER = "answer"
MORE = {"answer": 20_000, "prompt": 20_000, "version": 120, "trace_id": 128, "contact": 200}
"""What else a report may hold, in characters."""


class Report:
    """The format `report`."""

    name = "report"
    title = "Reports by people"

    def read(
        self, body: bytes, *, headers: Mapping[str, str], options: Mapping[str, object]
    ) -> Reading:
        """One alert a report: two people who say the same are two witnesses. They meet in one
        incident, as alerts about one system do. A report of `kind` `answer` alerts nobody by
        itself: those are clustered, and a cluster that many speak of is a report of its own, one
        alert for as long as it lasts."""
        document, notes = _document(body, headers)
        text = next((found for name in TEXT_FIELDS
                     if (found := text_of(document.get(name)).strip())), "")  # fmt: skip
        if not text:
            raise Unreadable("This is no report: it has no text.")
        system = one_line(document.get("system"), 100)
        cluster = one_line(document.get("cluster"), 20)
        severity = severity_of(text_of(document.get("severity")))
        about = f"cluster:{cluster}" if cluster else _own_id(document, options)
        alone = document.get("kind") == ANSWER
        said = Reported(
            text=text[:MAX_TEXT],
            system=system,
            severity=(severity or Severity.SEV3).value,
            alerted=not alone,
            **{name: text_of(document.get(name))[:most] for name, most in MORE.items()},
        )
        measured = () if cluster else (said,)
        if alone:
            return Reading((), notes.sentences(), measured=measured)
        links: list[Link] = []
        add_link(links, "What they saw", document.get("url"), notes)
        signal = Signal(
            action=Action.FIRE,
            dedup_key=condition_key("report", about or text[:200]),
            title=_title(one_line(document.get("title"), 200) or one_line(text, 200), system),
            severity=severity,
            labels=read_labels(
                {
                    "alertname": "Report",
                    "system": system,
                    "kind": document.get("kind"),
                    "cluster": cluster,
                },
                notes,
            ),
            annotations=read_annotations(
                {"description": text[:MAX_TEXT], "contact": document.get("contact")}, notes
            ),
            occurred_at=received_at(options),
            links=tuple(links),
        )
        return Reading((signal,), notes.sentences(), measured=measured)

    def snippet(self, *, url: str, base_url: str, key: str) -> str:
        """A call, and a form for a page of one's own."""
        return dedent(
            f"""\
            curl -X POST '{url}' \\
              -d system=support-assistant \\
              -d text='It told a customer to delete their account' \\
              -d contact='desk@example.org'

            # One wrong answer: counted with those that are like it, an alert when many say so
            curl -X POST '{url}' \\
              -d kind=answer -d system=support-assistant -d version=2026.11 \\
              -d text='The order number does not exist' -d answer='Your order 4711 is on its way' \\
              -d trace_id=4bf92f3577b34da6a3ce929d0e0e4736

            # Or a form on a page of yours:
            # <form method="post" action="{url}">
            #   <input type="hidden" name="system" value="support-assistant">
            #   <textarea name="text" required></textarea> <input name="contact">
            #   <button>Tell the team</button>
            # </form>
            # People who can sign in use {base_url.rstrip("/")}/alerts/report/
            """
        )

    def sample(self, *, now: datetime, system: str) -> bytes:
        """The desk says what it sees."""
        document = {
            "system": system,
            "text": f"Answers of {system} invent order numbers since noon",
            "severity": "critical",
            "contact": "desk@example.org",
        }
        return json.dumps(document, ensure_ascii=False).encode()


def _document(body: bytes, headers: Mapping[str, str]) -> tuple[dict[str, object], Notes]:
    if "x-www-form-urlencoded" not in headers.get("content-type", ""):
        return load_object(body, "report")
    try:
        pairs = parse_qsl(body.decode("utf-8", "replace"), max_num_fields=50)
    except ValueError as error:
        raise Unreadable("This is no form that can be read.") from error
    return dict(pairs), Notes()


def _own_id(document: Mapping[str, object], options: Mapping[str, object]) -> str:
    """A sender's own id makes what it sends again, unsure of the first, the same report."""
    return one_line(document.get("id"), 100) or text_of(options.get("receipt_id"))


def _title(text: str, system: str) -> str:
    return text if not system or system in text else one_line(f"{system}: {text}")


FORMAT = Report()
