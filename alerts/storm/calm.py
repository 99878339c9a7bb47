"""How storms end: when their source has been quieter for a while. A loop of the engine."""

from __future__ import annotations

from django.db import transaction

from alerts.storm.events import StormCounted, StormEnded
from alerts.storm.models import Storm
from alerts.storm.stage import limits
from core import clock
from core.live import tick
from core.outbox import publish


def end_calm_storms() -> int:
    """End those that have been calm for long enough; answers how many."""
    calm = limits().calm
    with transaction.atomic():
        over = list(
            Storm.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(ended_at=None, loud_at__lt=clock.now() - calm)
            .select_related("source")
        )
        for storm in over:
            storm.ended_at = clock.now()
            storm.save(update_fields=["ended_at"])
            name = storm.source.name
            publish(
                *(
                    StormCounted(key, name, tally["minute"], tally["count"])
                    for key, tally in storm.tallies.items()
                ),
                StormEnded(list(storm.tallies), name, storm.folded, int(calm.total_seconds())),
            )
            tick("incidents")
    return len(over)
