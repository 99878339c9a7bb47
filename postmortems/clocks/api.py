"""Regulatory clocks in the REST API, over the same services and selectors as the pages."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import path
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.permissions import api_actor, current_user
from core.errors import Invalid, NotFound
from core.idempotency import IdempotentMixin
from incidents.selectors import incident_for
from postmortems.clocks import selectors, services
from postmortems.clocks.rules import NOT_ADVICE, Rule, shipped_rules
from postmortems.models import ClockDecision, ClockPhase, RegulatoryClock


class ClockPhaseSerializer(serializers.ModelSerializer[ClockPhase]):
    class Meta:
        model = ClockPhase
        fields = ["key", "label", "recipient", "says", "due_at", "submitted_at", "receipt"]
        read_only_fields = fields


class ClockDecisionSerializer(serializers.ModelSerializer[ClockDecision]):
    proposed_by = serializers.EmailField(source="proposed_by.email", allow_null=True)
    decided_by = serializers.EmailField(source="decided_by.email", allow_null=True, default=None)

    class Meta:
        model = ClockDecision
        fields = ["reasons", "outcome", "proposed_by", "proposed_at", "decided_by", "decided_at",
                  "note"]  # fmt: skip
        read_only_fields = fields


class ClockSerializer(serializers.ModelSerializer[RegulatoryClock]):
    incident = serializers.CharField(source="incident.ref", read_only=True)
    name = serializers.CharField(read_only=True)
    trigger_label = serializers.CharField(read_only=True)
    jurisdictions = serializers.ListField(child=serializers.CharField(), read_only=True)
    source = serializers.DictField(  # type: ignore[assignment]  # a field of the answer
        source="terms.source", read_only=True
    )
    owner = serializers.EmailField(source="owner.email", allow_null=True, read_only=True)
    phases = ClockPhaseSerializer(many=True, read_only=True)
    decisions = ClockDecisionSerializer(many=True, read_only=True)
    notice = serializers.SerializerMethodField()

    class Meta:
        model = RegulatoryClock
        fields = [
            "id", "incident", "rule", "rule_version", "name", "trigger", "trigger_label",
            "jurisdictions", "role", "aware_at", "aware_who", "aware_evidence", "state", "owner",
            "started_at", "ended_at", "source", "phases", "decisions", "notice",
        ]  # fmt: skip
        read_only_fields = fields

    def get_notice(self, clock: RegulatoryClock) -> str:
        return NOT_ADVICE


class ClockStartSerializer(serializers.Serializer[dict[str, Any]]):
    incident = serializers.CharField(max_length=24)
    rule = serializers.CharField(max_length=60)
    trigger = serializers.CharField(max_length=60)
    role = serializers.CharField(max_length=60)
    aware_at = serializers.DateTimeField()
    aware_who = serializers.CharField(max_length=200, required=False, allow_blank=True)
    aware_evidence = serializers.CharField(max_length=10_000, required=False, allow_blank=True)
    jurisdictions = serializers.ListField(
        child=serializers.CharField(max_length=60), required=False, max_length=50
    )


class ClockSubmitSerializer(serializers.Serializer[dict[str, Any]]):
    phase = serializers.CharField(max_length=60)
    receipt = serializers.CharField(max_length=10_000)
    submitted_at = serializers.DateTimeField(required=False)


class ClockReasonsSerializer(serializers.Serializer[dict[str, Any]]):
    reasons = serializers.CharField(max_length=10_000)


class ClockAnswerSerializer(serializers.Serializer[dict[str, Any]]):
    approve = serializers.BooleanField()
    note = serializers.CharField(max_length=10_000, required=False, allow_blank=True)


class ClockRuleSerializer(serializers.Serializer[Rule]):
    id = serializers.CharField()
    version = serializers.CharField()
    name = serializers.CharField()
    jurisdictions = serializers.ListField(child=serializers.CharField())
    roles = serializers.ListField(child=serializers.CharField())
    who = serializers.CharField()
    event = serializers.CharField()
    recipient = serializers.CharField()
    status = serializers.CharField()
    status_says = serializers.CharField()
    confidence = serializers.CharField()
    effective = serializers.ListField(child=serializers.DictField())
    source = serializers.DictField()  # type: ignore[assignment]  # a field of the answer
    notes = serializers.ListField(child=serializers.CharField())
    triggers = serializers.ListField(child=serializers.DictField())


class _ClockView(IdempotentMixin, generics.GenericAPIView[RegulatoryClock]):
    serializer_class: Any = ClockSerializer
    queryset: QuerySet[RegulatoryClock] = RegulatoryClock.objects.none()
    ordering = ("-started_at", "-id")

    def read(self, request: Request, serializer: Any) -> dict[str, Any]:
        filled = serializer(data=request.data)
        filled.is_valid(raise_exception=True)
        return dict(filled.validated_data)

    def answer(self, request: Request, pk: int, *, status: int = 200) -> Response:
        found = selectors.clock_for(current_user(request), pk)
        return Response(ClockSerializer(found).data, status=status)

    def clock_id(self, request: Request, pk: int) -> int:
        return selectors.clock_for(current_user(request), pk).pk


@extend_schema(tags=["clocks"])
class ClockList(_ClockView):
    @extend_schema(
        summary="Regulatory clocks, the newest first",
        description=NOT_ADVICE,
        parameters=[
            OpenApiParameter("incident", str, description="A reference such as INC-42"),
            OpenApiParameter("state", str, enum=RegulatoryClock.State.values),
        ],
        responses=ClockSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        user = current_user(request)
        rows = selectors.clocks_of(user).prefetch_related("decisions")
        if ref := request.query_params.get("incident"):
            rows = rows.filter(incident=incident_for(user, ref))
        if state := request.query_params.get("state"):
            if state not in RegulatoryClock.State.values:
                told = f"Choose one of: {', '.join(RegulatoryClock.State.values)}."
                raise Invalid("There is no such state.", errors={"state": [told]})
            rows = rows.filter(state=state)
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(ClockSerializer(page, many=True).data)

    @extend_schema(
        summary="Start a clock", request=ClockStartSerializer, responses={201: ClockSerializer}
    )
    def post(self, request: Request) -> Response:
        data = self.read(request, ClockStartSerializer)
        ref = data.pop("incident")
        try:
            incident = incident_for(current_user(request), ref)
        except NotFound as error:
            raise Invalid(error.message, errors={"incident": [error.message]}) from error
        started = services.start_clock(incident_id=incident.pk, actor=api_actor(request), **data)
        return self.answer(request, started.pk, status=201)


@extend_schema(tags=["clocks"])
class ClockDetail(_ClockView):
    @extend_schema(summary="One clock", responses=ClockSerializer)
    def get(self, request: Request, pk: int) -> Response:
        return self.answer(request, pk)


@extend_schema(tags=["clocks"])
class ClockSubmit(_ClockView):
    @extend_schema(
        summary="Note that a report was sent",
        request=ClockSubmitSerializer,
        responses=ClockSerializer,
    )
    def post(self, request: Request, pk: int) -> Response:
        data = self.read(request, ClockSubmitSerializer)
        services.submit_phase(clock_id=self.clock_id(request, pk), actor=api_actor(request), **data)
        return self.answer(request, pk)


@extend_schema(tags=["clocks"])
class ClockPropose(_ClockView):
    @extend_schema(
        summary="Propose that it is not reportable",
        request=ClockReasonsSerializer,
        responses=ClockSerializer,
    )
    def post(self, request: Request, pk: int) -> Response:
        data = self.read(request, ClockReasonsSerializer)
        services.propose_not_reportable(
            clock_id=self.clock_id(request, pk), actor=api_actor(request), **data
        )
        return self.answer(request, pk)


@extend_schema(tags=["clocks"])
class ClockDecide(_ClockView):
    write_role = "manager"

    @extend_schema(
        summary="Approve or refuse that decision, as somebody else",
        request=ClockAnswerSerializer,
        responses=ClockSerializer,
    )
    def post(self, request: Request, pk: int) -> Response:
        data = self.read(request, ClockAnswerSerializer)
        services.answer_decision(
            clock_id=self.clock_id(request, pk),
            by=current_user(request),
            actor=api_actor(request),
            **data,
        )
        return self.answer(request, pk)


@extend_schema(
    tags=["clocks"],
    summary="The rules: source, version, status and times of each",
    description=NOT_ADVICE,
    responses=ClockRuleSerializer(many=True),
)
class ClockRules(APIView):
    def get(self, request: Request) -> Response:
        return Response([rule.model_dump(mode="json") for rule in shipped_rules()])


urlpatterns = [
    path("clocks/", ClockList.as_view(), name="clock-list"),
    path("clocks/rules/", ClockRules.as_view(), name="clock-rules"),
    path("clocks/<int:pk>/", ClockDetail.as_view(), name="clock-detail"),
    path("clocks/<int:pk>/submit/", ClockSubmit.as_view(), name="clock-submit"),
    path("clocks/<int:pk>/not-reportable/", ClockPropose.as_view(), name="clock-propose"),
    path("clocks/<int:pk>/decide/", ClockDecide.as_view(), name="clock-decide"),
]
