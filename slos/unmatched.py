"""What sources sent that no indicator counted: remembered by signal and reason, and shown."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field

from django.db import connection

from alerts.models import Source
from core.payload import clean_text
from slos.models import Unmatched

MAX_SIGNALS = 300
"""Lines of one source; what comes beyond is counted in one line for all."""
OTHERS = "(other signals)"
MAX_EXAMPLE = 12
MAX_EXAMPLE_VALUE = 120


@dataclass(slots=True)
class Missed:
    """Counts by (source, signal, reason), with one example's attributes each."""

    counts: dict[tuple[int, str, str], int] = field(default_factory=dict)
    examples: dict[tuple[int, str, str], dict[str, str]] = field(default_factory=dict)

    def add(self, source_id: int, signal: str, reason: str, attributes: Mapping[str, str]) -> None:
        key = (source_id, clean_text(signal, 200), reason[:300])
        if key not in self.counts:
            if len(self.counts) >= MAX_SIGNALS:
                key = (source_id, OTHERS, reason[:300])
            self.examples.setdefault(key, _example(attributes))
        self.counts[key] = self.counts.get(key, 0) + 1


def remember(missed: Missed) -> None:
    """Add the counts to what is known of their sources."""
    keys = sorted(missed.counts)
    if not keys:
        return
    with connection.cursor() as cursor:
        cursor.execute(
            _ADD,
            {
                "sources": [source for source, _, _ in keys],
                "signals": [signal for _, signal, _ in keys],
                "reasons": [reason for _, _, reason in keys],
                "counts": [missed.counts[key] for key in keys],
                "examples": [json.dumps(missed.examples[key]) for key in keys],
                "most": MAX_SIGNALS,
                "others": OTHERS,
            },
        )


def unmatched_of(source: Source, *, limit: int = 50) -> list[Unmatched]:
    """What a source sent in vain, the latest first."""
    return list(Unmatched.objects.filter(source=source)[:limit])


def forget_unmatched(*, source: Source) -> None:
    """Start counting anew, for example after indicators were made."""
    Unmatched.objects.filter(source=source).delete()


def _example(attributes: Mapping[str, str]) -> dict[str, str]:
    return {
        clean_text(name, MAX_EXAMPLE_VALUE): clean_text(attributes[name], MAX_EXAMPLE_VALUE)
        for name in sorted(attributes)[:MAX_EXAMPLE]
    }


# A source that invents a new name with every export must not fill the table.
_ADD = """
    WITH given AS (
        SELECT * FROM unnest(%(sources)s::bigint[], %(signals)s::text[], %(reasons)s::text[],
                             %(counts)s::bigint[], %(examples)s::text[])
                      AS g(source_id, signal, reason, count, example)),
    held AS (
        SELECT source_id, count(*) AS lines FROM slos_unmatched
         WHERE source_id = ANY(%(sources)s) GROUP BY source_id),
    kept AS (
        SELECT g.source_id,
               CASE WHEN coalesce(h.lines, 0) < %(most)s OR EXISTS (
                         SELECT 1 FROM slos_unmatched u
                          WHERE (u.source_id, u.signal, u.reason)
                                = (g.source_id, g.signal, g.reason))
                    THEN g.signal ELSE %(others)s END AS signal,
               g.reason, g.count, g.example
          FROM given g LEFT JOIN held h USING (source_id))
    INSERT INTO slos_unmatched AS u
           (source_id, signal, reason, count, example, first_at, last_at)
    SELECT source_id, signal, reason, sum(count), min(example)::jsonb, now(), now()
      FROM kept GROUP BY source_id, signal, reason ORDER BY 1, 2, 3
    ON CONFLICT (source_id, signal, reason) DO UPDATE
       SET count = u.count + excluded.count, last_at = now()"""
