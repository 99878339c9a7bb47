"""Reads any JSON body through the source's mapping, or by the names that are customary."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from textwrap import dedent

from alerts.mapping import read_mapped
from alerts.reading import RECEIPT_OPTIONS, Notes, load_body, received_at
from alerts.signals import Reading


class Generic:
    """The format `generic`."""

    name = "generic"
    title = "Generic webhook"

    def read(
        self, body: bytes, *, headers: Mapping[str, str], options: Mapping[str, object]
    ) -> Reading:
        """Signals as the source's options say, which are its mapping (see `alerts.mapping`)."""
        loaded = load_body(body)
        mapping = {name: options[name] for name in options if name not in RECEIPT_OPTIONS}
        return read_mapped(
            loaded.value,
            mapping or None,
            notes=Notes(loaded.notes),
            now=received_at(options),
        )

    def snippet(self, *, url: str, base_url: str, key: str) -> str:
        """A call to try it with, and what the body may say."""
        return dedent(
            f"""\
            curl -X POST '{url}' \\
              -H 'Content-Type: application/json' \\
              -d '{{
                "title": "Answers of support-assistant are not grounded",
                "key": "support-assistant/groundedness",
                "status": "firing",
                "severity": "critical",
                "labels": {{"system": "support-assistant"}},
                "url": "https://evals.example.org/runs/77"
              }}'
            # The same key with "status": "resolved" ends it.
            # A body of another shape needs a mapping in the source's settings, for example:
            #   {{"title": "Drift in {{feature}}", "key": "monitor.id",
            #    "status": {{"path": "state", "resolved": ["good"]}},
            #    "labels": {{"system": "service.name"}}}}
            """
        )

    def sample(self, *, now: datetime, system: str) -> bytes:
        """An evaluation job tells that answers are no longer grounded."""
        document = {
            "title": f"Answers of {system} are not grounded",
            "key": f"{system}/groundedness",
            "status": "firing",
            "severity": "critical",
            "description": "97.1 % of judged answers were grounded over 1 h (objective 99.5 %).",
            "timestamp": now.isoformat(),
            "labels": {"system": system, "failure_class": "hallucination"},
        }
        return json.dumps(document, ensure_ascii=False).encode()


FORMAT = Generic()
