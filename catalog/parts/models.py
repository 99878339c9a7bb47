"""The parts of a system. No rules: `catalog.parts.keeping` says how changes move them."""

from __future__ import annotations

from django.db import models

from catalog.parts.keeping import Served, served_state


class SystemPart(models.Model):
    """One part. `version` is what is asked for, `served` what really answered, as far as somebody
    told; `since` is when the version came, by the change that told of it."""

    class Kind(models.TextChoices):
        MODEL = "model", "Model"
        PROMPT = "prompt", "Prompt"
        PARAMETERS = "parameters", "Parameters"
        TOOLS = "tools", "Tools"
        INDEX = "index", "Index"
        DATASET = "dataset", "Dataset"
        GUARDRAIL = "guardrail", "Guardrail"
        EVALUATOR = "evaluator", "Evaluator"
        FEATURES = "features", "Feature pipeline"
        PROVIDER = "provider", "Provider"

    system = models.ForeignKey("catalog.System", on_delete=models.CASCADE, related_name="parts")
    kind = models.CharField(max_length=12, choices=Kind.choices)
    name = models.CharField(max_length=120)
    version = models.CharField(max_length=200, blank=True)
    url = models.CharField(max_length=2048, blank=True)
    settings = models.JSONField(default=dict, blank=True)
    since = models.DateTimeField(null=True)
    served = models.CharField(max_length=200, blank=True)
    served_at = models.DateTimeField(null=True)

    class Meta:
        ordering = ["kind", "name"]
        constraints = [models.UniqueConstraint(fields=["system", "kind", "name"], name="part_once")]

    def __str__(self) -> str:
        return f"{self.get_kind_display()} {self.name}"

    @property
    def served_state(self) -> Served:
        return served_state(self.version, self.served)
