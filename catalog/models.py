"""AI systems, who owns them, what they depend on and what changed in them."""

from __future__ import annotations

from django.contrib.postgres.indexes import GinIndex
from django.contrib.postgres.search import SearchVector, SearchVectorField
from django.db import models
from django.db.models.functions import Now

from accounts.models import Team, User
from catalog.kpis.models import Kpi as Kpi
from catalog.kpis.models import KpiValue as KpiValue
from catalog.parts.models import SystemPart as SystemPart
from catalog.readiness.models import ReadinessAnswer as ReadinessAnswer
from catalog.readiness.models import ReadinessReview as ReadinessReview
from core.ids import new_id


class SystemQuerySet(models.QuerySet["System"]):
    def visible_to(self, user: User) -> SystemQuerySet:
        """Everyone who may sign in sees the catalog; nobody else sees any of it."""
        return self if user.is_active else self.none()


class System(models.Model):
    """An AI system, known by its slug everywhere (labels, config as code, addresses)."""

    class Kind(models.TextChoices):
        CLASSICAL = "classical", "Classical model"
        LLM = "llm", "Language model"
        RAG = "rag", "Retrieval-augmented"
        AGENT = "agent", "Agent"
        PIPELINE = "pipeline", "Pipeline"
        PROVIDER = "provider", "Provider"
        INFRA = "infra", "Infrastructure"

    class Stage(models.TextChoices):
        DEVELOPMENT = "development", "Development"
        SHADOW = "shadow", "Shadow"
        CANARY = "canary", "Canary"
        PRODUCTION = "production", "Production"
        RETIRED = "retired", "Retired"

    class Autonomy(models.TextChoices):
        ADVISES = "advises", "Advises; people decide and act"
        ON_APPROVAL = "acts-on-approval", "Acts when a person has approved"
        AND_REPORTS = "acts-and-reports", "Acts, and people can undo it"
        ALONE = "acts-alone", "Acts, and nobody looks"

    slug = models.SlugField(max_length=63, unique=True)
    name = models.CharField(max_length=120)
    description = models.TextField(blank=True)
    kind = models.CharField(max_length=10, choices=Kind.choices)
    tier = models.PositiveSmallIntegerField(default=3)
    stage = models.CharField(max_length=12, choices=Stage.choices, default=Stage.PRODUCTION)
    traffic_share = models.FloatField(null=True, blank=True)
    autonomy = models.CharField(max_length=16, choices=Autonomy.choices, blank=True)
    intended_use = models.TextField(blank=True)
    team = models.ForeignKey(
        Team, null=True, blank=True, on_delete=models.PROTECT, related_name="systems"
    )
    labels = models.JSONField(default=dict, blank=True)
    runbooks = models.JSONField(default=list, blank=True)
    contacts = models.JSONField(default=list, blank=True)
    depends_on: models.ManyToManyField[System, SystemDependency] = models.ManyToManyField(
        "self", through="SystemDependency", symmetrical=False, related_name="dependents"
    )
    created_at = models.DateTimeField(db_default=Now())
    search = models.GeneratedField(
        expression=SearchVector("name", "slug", "description", config="simple"),
        output_field=SearchVectorField(),
        db_persist=True,
    )

    objects = SystemQuerySet.as_manager()

    class Meta:
        ordering = ["tier", "name"]
        constraints = [
            models.CheckConstraint(
                condition=models.Q(tier__gte=1, tier__lte=4), name="system_tier_1_to_4"
            ),
            models.CheckConstraint(
                condition=models.Q(traffic_share=None)
                | models.Q(traffic_share__gte=0, traffic_share__lte=1),
                name="system_traffic_0_to_1",
            ),
        ]
        indexes = [GinIndex(fields=["search"], name="system_search")]

    def __str__(self) -> str:
        return self.name

    @property
    def traffic_percent(self) -> float | None:
        return None if self.traffic_share is None else 100 * self.traffic_share


class SystemDependency(models.Model):
    system = models.ForeignKey(System, on_delete=models.CASCADE, related_name="+")
    depends_on = models.ForeignKey(System, on_delete=models.CASCADE, related_name="+")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["system", "depends_on"], name="dependency_once"),
            models.CheckConstraint(
                condition=~models.Q(system=models.F("depends_on")), name="dependency_not_itself"
            ),
        ]


class SystemOwner(models.Model):
    """The person who answers for one side of a system."""

    class Discipline(models.TextChoices):
        ENGINEERING = "engineering", "Engineering"
        DATA_SCIENCE = "data-science", "Data science"
        PRODUCT = "product", "Product"
        OPERATIONS = "operations", "Operations"
        RESPONSIBLE_AI = "responsible-ai", "Responsible AI"

    system = models.ForeignKey(System, on_delete=models.CASCADE, related_name="owners")
    discipline = models.CharField(max_length=16, choices=Discipline.choices)
    user = models.ForeignKey(User, on_delete=models.PROTECT, related_name="owned_systems")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["system", "discipline"], name="owner_once")]


class Change(models.Model):
    """Something that altered a system: a model, a prompt, a dataset, a provider …"""

    class Kind(models.TextChoices):
        MODEL = "model", "Model"
        PROMPT = "prompt", "Prompt"
        DATASET = "dataset", "Dataset"
        INDEX = "index", "Index"
        GUARDRAIL = "guardrail", "Guardrail"
        CONFIG = "config", "Configuration"
        CODE = "code", "Code"
        PROVIDER = "provider", "Provider"
        INFRA = "infra", "Infrastructure"

    id = models.UUIDField(primary_key=True, default=new_id)
    system = models.ForeignKey(System, on_delete=models.CASCADE, related_name="changes")
    kind = models.CharField(max_length=10, choices=Kind.choices)
    part = models.CharField(max_length=120, blank=True)
    version = models.CharField(max_length=200, blank=True)
    previous_version = models.CharField(max_length=200, blank=True)
    summary = models.CharField(max_length=1024)
    url = models.URLField(max_length=2048, blank=True)
    rollback_url = models.URLField(max_length=2048, blank=True)
    author_label = models.CharField(max_length=200, blank=True)
    occurred_at = models.DateTimeField()
    recorded_at = models.DateTimeField(db_default=Now())

    class Meta:
        ordering = ["-occurred_at", "-id"]
        indexes = [models.Index(fields=["system", "-occurred_at", "-id"], name="change_by_system")]
