"""Which lines of a timeline are the story as it is told now."""

from __future__ import annotations

from typing import Any

from django.db import models


class LineQuerySet(models.QuerySet[Any]):
    def standing(self) -> LineQuerySet:
        """Without what was replaced or withdrawn since."""
        newer = self.model._default_manager.filter(replaces=models.OuterRef("pk"))
        return self.filter(~models.Exists(newer), withdraws=False)
