"""Storing what a person uploaded: all readable lines in one transaction, with an audit line."""

from __future__ import annotations

from django.db import transaction

from accounts.audit import record
from core.actor import Actor
from slos.csv_reader import CsvRead
from slos.models import Sli
from slos.recording import Recorded, record_points

BATCH = 20_000


def upload_points(*, sli: Sli, read: CsvRead, actor: Actor) -> Recorded:
    """Record the points of a file. What is refused names its line, as `index`."""
    result = Recorded()
    with transaction.atomic():
        for start in range(0, len(read.points), BATCH):
            part = record_points(sli=sli, points=read.points[start : start + BATCH])
            result.created += part.created
            result.replaced += part.replaced
            result.unchanged += part.unchanged
            result.refused += part.refused
        record(
            actor=actor,
            action="sli.upload",
            target_kind="sli",
            target_ref=sli.slug,
            lines=len(read.points),
            created=result.created,
            replaced=result.replaced,
        )
    return result
