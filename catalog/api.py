"""Systems and changes in the REST API, over the same services and selectors as the pages."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import path
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import generics, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Role
from accounts.permissions import api_actor, current_user
from catalog import api_parts, selectors, services
from catalog.api_parts import ContactSerializer, PartSerializer
from catalog.filters import ChangeFilter, SystemFilter
from catalog.kpis.api import KpiSerializer
from catalog.kpis.api import urlpatterns as kpi_urlpatterns
from catalog.models import Change, System, SystemOwner
from core.errors import Invalid
from core.idempotency import IdempotentMixin


class RunbookSerializer(serializers.Serializer[Any]):
    title = serializers.CharField(max_length=200, required=False, default="")
    url = serializers.CharField(max_length=2048)


class OwnersSerializer(serializers.Serializer[Any]):
    """Addresses by discipline. A discipline that is absent, or null, has nobody named."""

    def get_fields(self) -> dict[str, serializers.Field[Any, Any, Any, Any]]:
        return {
            value: serializers.EmailField(required=False, allow_null=True)
            for value in SystemOwner.Discipline.values
        }

    def to_internal_value(self, data: Any) -> Any:
        if isinstance(data, dict) and (unknown := data.keys() - self.fields.keys()):
            known = ", ".join(self.fields)
            raise serializers.ValidationError(
                {
                    str(name)[:80]: [f"This is not a discipline. Known are {known}."]
                    for name in sorted(unknown, key=str)
                }
            )
        return super().to_internal_value(data)

    def to_representation(self, instance: Any) -> dict[str, str]:
        return {owner.discipline: owner.user.email for owner in instance.all()}


class SystemSerializer(serializers.Serializer[System]):
    """The System kind. Reading answers what writing takes."""

    slug = serializers.CharField(max_length=63, help_text="A DNS label; fixed once created")
    name = serializers.CharField(max_length=120)
    kind = serializers.ChoiceField(choices=System.Kind.choices)
    tier = serializers.IntegerField(
        min_value=1, max_value=4, default=3, help_text="1 is the most critical"
    )
    stage = serializers.ChoiceField(
        choices=System.Stage.choices, default=System.Stage.PRODUCTION.value
    )
    description = serializers.CharField(
        allow_blank=True, default="", max_length=10_000, help_text="Markdown"
    )
    team = serializers.SlugField(
        source="team_slug", allow_null=True, default=None, max_length=63, help_text="Slug"
    )
    owners = OwnersSerializer(required=False)
    depends_on = serializers.ListField(
        child=serializers.CharField(max_length=63), default=list, help_text="Slugs of systems"
    )
    runbooks = serializers.ListField(child=RunbookSerializer(), default=list)
    labels = serializers.DictField(
        child=serializers.CharField(allow_blank=True, max_length=200), default=dict
    )
    traffic_share = serializers.FloatField(
        min_value=0, max_value=1, allow_null=True, default=None,
        help_text="Share of the traffic that it has at this stage, 0 to 1",
    )  # fmt: skip
    autonomy = serializers.ChoiceField(
        choices=System.Autonomy.choices, allow_blank=True, default=""
    )
    intended_use = serializers.CharField(
        allow_blank=True, default="", max_length=10_000, help_text="Markdown"
    )
    contacts = serializers.ListField(
        child=ContactSerializer(), default=list, help_text="Whom to reach at a provider"
    )
    parts = serializers.ListField(
        child=PartSerializer(), required=False, help_text="Left out: they stay as they are"
    )
    kpis = serializers.ListField(
        child=KpiSerializer(), required=False, help_text="Left out: they stay as they are"
    )
    created_at = serializers.DateTimeField(read_only=True)

    def to_representation(self, instance: System) -> dict[str, Any]:
        state = services.system_state(instance)
        return {
            "slug": state.slug,
            "name": state.name,
            "kind": state.kind,
            "tier": state.tier,
            "stage": state.stage,
            "description": state.description,
            "team": state.team_slug,
            "owners": dict(state.owners),
            "depends_on": list(state.depends_on),
            "runbooks": list(state.runbooks),
            "labels": dict(state.labels),
            "traffic_share": state.traffic_share,
            "autonomy": state.autonomy,
            "intended_use": state.intended_use,
            "contacts": list(state.contacts),
            "parts": [PartSerializer(part).data for part in instance.parts.all()],
            "kpis": [KpiSerializer(kpi).data for kpi in state.kpis or ()],
            "created_at": self.fields["created_at"].to_representation(instance.created_at),
        }


@extend_schema(tags=["systems"])
class SystemList(generics.ListAPIView[System]):
    serializer_class = SystemSerializer
    queryset = System.objects.none()
    filter_backends = [DjangoFilterBackend]
    filterset_class = SystemFilter
    ordering = selectors.LIST_ORDER
    write_role = Role.MANAGER

    def get_queryset(self) -> QuerySet[System]:
        return selectors.whole_systems(current_user(self.request))

    @extend_schema(summary="The systems, most critical tier first")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.list(request, *args, **kwargs)

    @extend_schema(
        summary="Add a system",
        responses={201: SystemSerializer, 409: OpenApiResponse(description="The slug is taken")},
    )
    def post(self, request: Request) -> Response:
        system = services.create_system(actor=api_actor(request), **_state(self, request))
        return Response(self.get_serializer(system).data, status=status.HTTP_201_CREATED)


@extend_schema(tags=["systems"])
class SystemDetail(generics.GenericAPIView[System]):
    serializer_class = SystemSerializer
    queryset = System.objects.none()
    lookup_field = "slug"
    write_role = Role.MANAGER

    @extend_schema(summary="One system")
    def get(self, request: Request, slug: str) -> Response:
        return self._answer(selectors.system_for(current_user(request), slug))

    @extend_schema(summary="Bring a system to exactly this state")
    def put(self, request: Request, slug: str) -> Response:
        selectors.system_for(current_user(request), slug)
        state = _state(self, request, slug=slug)
        return self._answer(services.save_system(actor=api_actor(request), **state))

    @extend_schema(summary="Change parts of a system")
    def patch(self, request: Request, slug: str) -> Response:
        selectors.system_for(current_user(request), slug)
        changes = _state(self, request, slug=slug, partial=True)
        return self._answer(services.change_system(actor=api_actor(request), **changes))

    def _answer(self, system: System) -> Response:
        return Response(self.get_serializer(system).data)


class ChangeSerializer(serializers.ModelSerializer[Change]):
    system = serializers.CharField(source="system.slug", max_length=63, help_text="Slug")
    version = serializers.CharField(max_length=200, allow_blank=True, default="")
    previous_version = serializers.CharField(max_length=200, allow_blank=True, default="")
    url = serializers.CharField(max_length=2048, allow_blank=True, default="")
    rollback_url = serializers.CharField(max_length=2048, allow_blank=True, default="")
    author = serializers.CharField(
        source="author_label",
        max_length=200,
        allow_blank=True,
        default="",
        help_text="Who made the change; the caller unless given",
    )
    occurred_at = serializers.DateTimeField(required=False, help_text="Now, unless given")
    part = serializers.CharField(
        max_length=120,
        allow_blank=True,
        default="",
        help_text="The name of the part that it is about, where the system has several",
    )
    took_effect = serializers.BooleanField(
        write_only=True,
        default=True,
        help_text="False when nothing runs on it yet: a failed deployment, a registered model. "
        "The system's parts then keep their versions",
    )

    class Meta:
        model = Change
        fields = [
            "id",
            "system",
            "kind",
            "part",
            "took_effect",
            "version",
            "previous_version",
            "summary",
            "url",
            "rollback_url",
            "author",
            "occurred_at",
            "recorded_at",
        ]
        read_only_fields = ["id", "recorded_at"]


@extend_schema(tags=["changes"])
class ChangeList(IdempotentMixin, generics.ListAPIView[Change]):
    serializer_class = ChangeSerializer
    queryset = Change.objects.none()
    filter_backends = [DjangoFilterBackend]
    filterset_class = ChangeFilter
    ordering = selectors.CHANGE_ORDER
    write_role = Role.RESPONDER

    def get_queryset(self) -> QuerySet[Change]:
        return selectors.visible_changes(current_user(self.request))

    @extend_schema(summary="What altered systems, newest first")
    def get(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        return self.list(request, *args, **kwargs)

    @extend_schema(summary="Note a change", responses={201: ChangeSerializer})
    def post(self, request: Request) -> Response:
        serializer = self.get_serializer(data=request.data)
        serializer.is_valid(raise_exception=True)
        data = dict(serializer.validated_data)
        slug = data.pop("system")["slug"]
        system = selectors.system_named(current_user(request), slug)
        change = services.record_change(system=system, actor=api_actor(request), **data)
        return Response(self.get_serializer(change).data, status=status.HTTP_201_CREATED)


def _state(
    view: SystemList | SystemDetail,
    request: Request,
    *,
    slug: str | None = None,
    partial: bool = False,
) -> dict[str, Any]:
    """The body as keyword arguments of the services. A slug in the address wins, and a body that
    names another one is refused."""
    body = (
        {**request.data, "slug": request.data.get("slug", slug)}
        if (slug is not None and isinstance(request.data, dict))
        else request.data
    )
    serializer = view.get_serializer(data=body, partial=partial)
    serializer.is_valid(raise_exception=True)
    state = dict(serializer.validated_data)
    if slug is not None and state["slug"] != slug:
        raise Invalid("A slug cannot be changed.", errors={"slug": ["It cannot be changed."]})
    if "owners" in state:
        state["owners"] = {name: email for name, email in state["owners"].items() if email}
    return state


urlpatterns = [
    *api_parts.urlpatterns,
    *kpi_urlpatterns,
    path("systems/", SystemList.as_view(), name="system-list"),
    path("systems/<str:slug>/", SystemDetail.as_view(), name="system-detail"),
    path("changes/", ChangeList.as_view(), name="change-list"),
]
