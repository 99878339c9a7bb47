"""Loading the shipped taxonomy. What people here make of it is in `editing`."""

from __future__ import annotations

from typing import Any, TypeVar

from django.db import connection, transaction

from taxonomy.models import Cause, CauseClass, CauseRevision
from taxonomy.revisions import revision_of as _revision
from taxonomy.shipped import shipped

_CLASS_FIELDS = ("name", "definition", "position")
_CAUSE_FIELDS = (
    "cause_class_id",
    "name",
    "definition",
    "applies_to",
    "external",
    "detection_signals",
    "immediate_mitigations",
    "follow_up_actions",
    "regulatory_check",
    "position",
    "version",
)
_LOAD_LOCK = 0x7A58_0001
Row = TypeVar("Row", Cause, CauseClass)


@transaction.atomic
def load_shipped() -> int:
    """Bring the shipped classes and causes to the state of this release's file; answers how many
    rows were written. Reads two tables and writes nothing when all is as it should be.

    What an admin has made or taken over stays as it is: a cause that is not marked as shipped, and
    the wording of a class without any shipped cause. What a release no longer names stays too,
    because incidents refer to it.
    """
    with connection.cursor() as cursor:
        # Two processes that migrate at once would insert the same rows.
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOAD_LOCK])
    written = _load_classes()
    return written + _load_causes()


def _load_classes() -> int:
    present = {row.slug: row for row in CauseClass.objects.all()}
    ours = set(
        Cause.objects.filter(shipped=True).values_list("cause_class__slug", flat=True).distinct()
    )
    new, stale = [], []
    for position, item in enumerate(shipped().classes):
        wanted = {"name": item["name"], "definition": item["definition"], "position": position}
        row = present.get(item["slug"])
        if row is None:
            new.append(CauseClass(slug=item["slug"], **wanted))
        elif row.slug in ours and _differs(row, wanted):
            stale.append(_changed(row, wanted))
    CauseClass.objects.bulk_create(new)
    CauseClass.objects.bulk_update(stale, _CLASS_FIELDS)
    return len(new) + len(stale)


def _load_causes() -> int:
    class_ids = dict(CauseClass.objects.values_list("slug", "pk"))
    present = {row.slug: row for row in Cause.objects.all()}
    new, stale, before = [], [], []
    for position, (class_slug, item) in enumerate(shipped().causes()):
        wanted = cause_fields(item, class_ids[class_slug], position)
        row = present.get(item["slug"])
        if row is None:
            new.append(Cause(slug=item["slug"], shipped=True, **wanted))
        elif row.shipped and _differs(row, wanted):
            before.append(_revision(row, f"Release of the taxonomy {shipped().version}"))
            stale.append(_changed(row, {**wanted, "version": row.version + 1}))
    CauseRevision.objects.bulk_create(before)
    Cause.objects.bulk_create(new)
    Cause.objects.bulk_update(stale, _CAUSE_FIELDS)
    return len(new) + len(stale)


def cause_fields(item: dict[str, Any], class_id: int, position: int) -> dict[str, Any]:
    return {
        "cause_class_id": class_id,
        "name": item["name"],
        "definition": item["definition"],
        "applies_to": item.get("applies_to", []),
        "external": item.get("external", {}),
        "detection_signals": item.get("detection_signals", []),
        "immediate_mitigations": item.get("immediate_mitigations", []),
        "follow_up_actions": item.get("follow_up_actions", []),
        "regulatory_check": item.get("regulatory_check", []),
        "position": position,
    }


def _differs(row: Cause | CauseClass, wanted: dict[str, Any]) -> bool:
    return any(getattr(row, field) != value for field, value in wanted.items())


def _changed(row: Row, wanted: dict[str, Any]) -> Row:
    for field, value in wanted.items():
        setattr(row, field, value)
    return row
