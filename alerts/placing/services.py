"""Giving a sender's name a system, and with it the changes that waited for one."""

from __future__ import annotations

from django.db import transaction

from accounts.audit import record as audit
from alerts.changes import IGNORED, SYSTEMS, ChangeSeen, mapping_of
from alerts.models import Source, UnplacedChange
from alerts.placing.taking import record
from catalog.models import System
from core.actor import Actor
from core.errors import Invalid


def place_changes(*, source: Source, about: str, system_slug: str, actor: Actor) -> int:
    """Say which system a name of the sender's is; answers how many waiting changes it got.
    With `IGNORED` they are thrown away, and so are those to come."""
    ignored = system_slug == IGNORED
    if not ignored and not System.objects.filter(slug=system_slug).exists():
        raise Invalid(
            "Nothing was changed.", errors={"system": [f"There is no system {system_slug!r}."]}
        )
    with transaction.atomic():
        locked = Source.objects.select_for_update().get(pk=source.pk)
        mapping = {**mapping_of(locked.options), about: system_slug}
        Source.objects.filter(pk=locked.pk).update(options={**locked.options, SYSTEMS: mapping})
        waiting = list(
            UnplacedChange.objects.filter(source=locked, about=about).order_by("occurred_at")
        )
        if not ignored:
            for row in waiting:
                record(system_slug, _seen(row), label=locked.slug)
        UnplacedChange.objects.filter(pk__in=[row.pk for row in waiting]).delete()
        audit(
            actor=actor, action="source.place_changes", target_kind="source",
            target_ref=locked.slug, about=about[:200], system=system_slug, changes=len(waiting),
        )  # fmt: skip
    return 0 if ignored else len(waiting)


def _seen(row: UnplacedChange) -> ChangeSeen:
    return ChangeSeen(
        kind=row.kind,
        summary=row.summary,
        about=(row.about,),
        version=row.version,
        previous_version=row.previous_version,
        url=row.url,
        author=row.author,
        occurred_at=row.occurred_at,
        # It may have been overtaken while it waited, so it moves no version any more.
        took_effect=False,
    )
