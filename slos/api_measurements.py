"""Measurements over the API: bounded, each item judged for itself, valid neighbours kept."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict
from typing import IO, Any

from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import generics, serializers
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import BaseParser
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Role
from accounts.permissions import current_user
from core import clock
from core.errors import Invalid
from core.idempotency import IdempotentMixin
from core.payload import PayloadError, load_json
from slos import selectors
from slos.models import Measurement
from slos.points import PointError, check_points
from slos.recording import Recorded, record_points

MAX_POINTS = 10_000
MAX_BYTES = 2 * 1024 * 1024
MAX_TOLD = 100
"""Refused items that one answer names; the rest is a number."""


class TooManyPoints(APIException):
    status_code = 413
    default_code = "too-large"
    default_detail = (
        f"One call takes at most {MAX_POINTS:,} measurements and {MAX_BYTES // 1024} KiB. "
        "Send several calls."
    )


class MeasurementParser(BaseParser):
    """JSON in bounds of its own: many small items. NaN becomes null, and that item is refused."""

    media_type = "application/json"

    def parse(
        self,
        stream: IO[Any],
        media_type: str | None = None,
        parser_context: Mapping[str, Any] | None = None,
    ) -> Any:
        body: bytes = stream.read(MAX_BYTES + 1)
        if len(body) > MAX_BYTES:
            raise TooManyPoints
        try:
            return load_json(body, max_depth=8, max_nodes=12 * MAX_POINTS).value
        except PayloadError as error:
            raise ParseError(str(error)) from error


class PointSerializer(serializers.Serializer[Any]):
    start = serializers.DateTimeField(source="started", help_text="Inclusive, with zone")
    end = serializers.DateTimeField(source="ended", help_text="Exclusive; decides the window")
    good = serializers.FloatField(min_value=0)
    total = serializers.FloatField(min_value=0)
    evaluator = serializers.CharField(
        source="track.evaluator", max_length=200, required=False, allow_blank=True,
        help_text="name@version of the judge",
    )  # fmt: skip
    sample_rate = serializers.FloatField(required=False, help_text="Above 0, at most 1")
    cohort = serializers.CharField(
        source="track.cohort", max_length=200, required=False, allow_blank=True
    )
    recorded_at = serializers.DateTimeField(read_only=True)


class PointsSerializer(serializers.Serializer[Any]):
    measurements = PointSerializer(many=True, help_text=f"At most {MAX_POINTS:,}")


class RefusedSerializer(serializers.Serializer[Any]):
    index = serializers.IntegerField(help_text="In the list that was sent, from 0")
    field = serializers.CharField()
    message = serializers.CharField()


class RecordedSerializer(serializers.Serializer[Any]):
    created = serializers.IntegerField()
    replaced = serializers.IntegerField()
    unchanged = serializers.IntegerField()
    refused_count = serializers.IntegerField()
    refused = RefusedSerializer(many=True, help_text=f"The first {MAX_TOLD}")


@extend_schema(tags=["slos"])
class SloMeasurements(IdempotentMixin, generics.GenericAPIView[Measurement]):
    serializer_class = PointSerializer
    queryset = Measurement.objects.none()
    parser_classes = [MeasurementParser]
    ordering = ("-ended", "-started", "-track_id")
    write_role = Role.RESPONDER

    @extend_schema(summary="What was measured, the newest end first")
    def get(self, request: Request, slug: str) -> Response:
        slo = selectors.slo_for(current_user(request), slug)
        rows = Measurement.objects.filter(track__sli=slo.sli).select_related("track")
        page = self.paginate_queryset(rows)
        return self.get_paginated_response(self.get_serializer(page, many=True).data)

    @extend_schema(
        summary="Send measurements",
        description="The same (start, end, evaluator, cohort) again replaces, so late truth "
        "corrects. Items that are wrong are named by their index; the others are kept (207). "
        "When all are wrong the answer is 400.",
        request=PointsSerializer,
        responses={
            200: RecordedSerializer,
            207: RecordedSerializer,
            413: OpenApiResponse(description=str(TooManyPoints.default_detail)),
        },
    )
    def post(self, request: Request, slug: str) -> Response:
        slo = selectors.slo_for(current_user(request), slug)
        rows = _rows(request.data)
        points, errors = check_points(rows, now=clock.now())
        recorded = record_points(sli=slo.sli, points=points)
        recorded.refused = sorted([*recorded.refused, *errors])
        if recorded.refused and len({error.index for error in recorded.refused}) == len(rows):
            raise Invalid("No measurement was stored.", errors=_by_item(recorded.refused))
        return Response(answer(recorded), status=207 if recorded.refused else 200)


def _rows(data: Any) -> list[Any]:
    rows = data.get("measurements") if isinstance(data, Mapping) else None
    if not isinstance(rows, list) or not rows:
        sentence = "Give a list of measurements."
        raise Invalid(sentence, errors={"measurements": [sentence]})
    if len(rows) > MAX_POINTS:
        raise TooManyPoints
    if unknown := sorted(set(data) - {"measurements"})[:5]:
        raise Invalid("Unknown fields.", errors={str(name)[:80]: ["Unknown."] for name in unknown})
    return rows


def _by_item(refused: list[PointError]) -> dict[str, list[str]]:
    return {
        ".".join(filter(None, ("measurements", str(one.index), one.field))): [one.message]
        for one in refused[:MAX_TOLD]
    }


def answer(recorded: Recorded) -> dict[str, Any]:
    return {
        "created": recorded.created,
        "replaced": recorded.replaced,
        "unchanged": recorded.unchanged,
        "refused_count": len(recorded.refused),
        "refused": [asdict(one) for one in recorded.refused[:MAX_TOLD]],
    }
