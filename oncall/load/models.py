"""How on-call work is paid: rules as data. No rules about the rules."""

from __future__ import annotations

from django.db import models


class PayRule(models.Model):
    """So much for each hour on call, or each page, at these times in the person's own zone. The
    first rule by `position` that fits an hour or a page counts; the others do not."""

    class Unit(models.TextChoices):
        HOUR = "hour", "an hour on call"
        PAGE = "page", "a page"

    slug = models.SlugField(max_length=63, unique=True)
    name = models.CharField(max_length=120)
    position = models.PositiveSmallIntegerField(default=0)
    unit = models.CharField(max_length=4, choices=Unit.choices)
    amount = models.DecimalField(max_digits=10, decimal_places=2)
    currency = models.CharField(max_length=3)
    weekdays = models.JSONField(default=list)
    starts = models.TimeField(null=True)
    ends = models.TimeField(null=True)

    class Meta:
        app_label = "oncall"
        ordering = ["position", "slug"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(amount__gte=0), name="pay_rule_amount_not_negative"
            )
        ]
