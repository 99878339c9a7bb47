"""What on-call cost and what it is paid, in the REST API: oneself, or as a manager everybody."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.db.models import QuerySet
from django.urls import path
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import generics, serializers, status
from rest_framework.renderers import JSONRenderer
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import Role
from accounts.permissions import api_actor, current_user
from core import clock
from core.clock import WEEKDAYS
from core.csv_answers import CsvRenderer
from core.csv_text import csv_lines
from core.errors import Invalid, NotFound
from core.idempotency import IdempotentMixin
from oncall.api_times import moment_given
from oncall.load import services
from oncall.load.models import PayRule
from oncall.load.selectors import pay_rows, report

PERIOD = [
    OpenApiParameter("since", OpenApiTypes.DATETIME, description="28 days ago unless given"),
    OpenApiParameter("until", OpenApiTypes.DATETIME, description="Now unless given"),
]


class LoadSerializer(serializers.Serializer[Any]):
    user = serializers.CharField(source="user.email")
    hours_on_call = serializers.FloatField(source="hours")
    pages = serializers.IntegerField(source="load.pages")
    interruptions = serializers.IntegerField(source="load.interruptions")
    outside_working_hours = serializers.IntegerField(source="load.outside")
    hours_woken = serializers.IntegerField(source="load.woken")


class PayRuleSerializer(serializers.ModelSerializer[PayRule]):
    """So much for each hour on call or each page, at these times in the person's own zone; without
    times all day. The first rule by `position` that fits counts."""

    slug = serializers.SlugField(max_length=63)
    weekdays = serializers.ListField(
        child=serializers.ChoiceField(choices=WEEKDAYS), default=list(WEEKDAYS)
    )
    starts = serializers.TimeField(allow_null=True, default=None)
    ends = serializers.TimeField(allow_null=True, default=None)

    class Meta:
        model = PayRule
        fields = [
            "slug", "name", "unit", "amount", "currency", "weekdays", "starts", "ends", "position",
        ]  # fmt: skip

    def to_representation(self, instance: PayRule) -> dict[str, Any]:
        shown: dict[str, Any] = super().to_representation(instance)
        return {**shown, "weekdays": [WEEKDAYS[day] for day in instance.weekdays or range(7)]}


class PaySerializer(serializers.Serializer[Any]):
    """One line a person and rule. Amounts are decimal numbers as text."""

    email = serializers.CharField()
    name = serializers.CharField()
    since = serializers.DateField()
    until = serializers.DateField()
    time_zone = serializers.CharField()
    rule = serializers.CharField()
    unit = serializers.CharField()
    quantity = serializers.CharField(help_text="Hours or pages")
    amount = serializers.CharField(help_text="For one of them")
    total = serializers.CharField()
    currency = serializers.CharField()


@extend_schema(tags=["on-call"], responses=LoadSerializer(many=True), parameters=PERIOD)
class OnCallLoad(APIView):
    """What on-call cost: oneself, or as a manager everybody, by name."""

    def get(self, request: Request) -> Response:
        found = report(current_user(request), *_period(request))
        rows = found.rows or ([found.mine] if found.mine else [])
        return Response(LoadSerializer(rows, many=True).data)


class OnCallPay(APIView):
    renderer_classes = [JSONRenderer, CsvRenderer]

    @extend_schema(
        tags=["on-call"],
        parameters=[*PERIOD, OpenApiParameter("format", str, enum=["json", "csv"])],
        responses={
            (200, "application/json"): PaySerializer(many=True),
            (200, "text/csv"): OpenApiTypes.STR,
        },
    )
    def get(self, request: Request) -> Response:
        """What the pay rules make of a period: oneself, or as a manager everybody. `csv` is the
        file of the page."""
        rows = pay_rows(current_user(request), *_period(request))
        if request.accepted_renderer.format == "csv":
            headers = {"Content-Disposition": 'attachment; filename="aire-on-call-pay.csv"'}
            return Response(csv_lines(rows), headers=headers)
        next(rows)  # the headings
        return Response([dict(zip(PaySerializer().fields, row, strict=True)) for row in rows])


@extend_schema(tags=["on-call"])
class PayRuleList(IdempotentMixin, generics.ListAPIView[PayRule]):
    """How on-call work is paid."""

    serializer_class = PayRuleSerializer
    queryset: QuerySet[PayRule] = PayRule.objects.all()
    ordering = ("position", "slug")
    write_role = Role.MANAGER

    @extend_schema(request=PayRuleSerializer, responses={201: PayRuleSerializer})
    def post(self, request: Request) -> Response:
        """Make a rule, or bring the one with this slug to exactly this state."""
        given = PayRuleSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        data = dict(given.validated_data)
        days = [WEEKDAYS.index(day) for day in data.pop("weekdays")]
        rule = services.save_pay_rule(weekdays=days, actor=api_actor(request), **data)
        return Response(PayRuleSerializer(rule).data, status=status.HTTP_201_CREATED)


@extend_schema(tags=["on-call"])
class PayRuleDetail(APIView):
    write_role = Role.MANAGER

    @extend_schema(responses=PayRuleSerializer)
    def get(self, request: Request, slug: str) -> Response:
        """One rule."""
        rule = PayRule.objects.filter(slug=slug).first()
        if rule is None:
            raise NotFound("There is no such pay rule.")
        return Response(PayRuleSerializer(rule).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, slug: str) -> Response:
        """Nothing is paid by it any more, for past periods either."""
        services.delete_pay_rule(slug=slug, actor=api_actor(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


def _period(request: Request) -> tuple[datetime, datetime]:
    """The asked one, never beyond now: what is to come is not earned yet."""
    now = clock.now()
    until = min(moment_given(request, "until") or now, now)
    since = moment_given(request, "since") or until - timedelta(days=28)
    if not timedelta() < until - since <= timedelta(days=366):
        sentence = "The period ends after it begins, within a year, and began before now."
        raise Invalid(sentence, errors={"since": [sentence]})
    return since, until


urlpatterns = [
    path("on-call-load/", OnCallLoad.as_view(), name="on-call-load"),
    path("on-call-pay/", OnCallPay.as_view(), name="on-call-pay"),
    path("pay-rules/", PayRuleList.as_view(), name="pay-rule-list"),
    path("pay-rules/<slug:slug>/", PayRuleDetail.as_view(), name="pay-rule-detail"),
]
