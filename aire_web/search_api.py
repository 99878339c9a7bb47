"""The search over everything in the REST API. No rules."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.permissions import current_user
from core.search import find

API_HITS = 20


class HitSerializer(serializers.Serializer[Any]):
    """`status` and `severity` are empty for what has none."""

    kind = serializers.CharField(help_text="incident, system, alert …")
    ref = serializers.CharField(help_text="A reference or slug, where it has one")
    title = serializers.CharField()
    url = serializers.SerializerMethodField(help_text="The page of it")
    severity = serializers.CharField()
    status = serializers.CharField()
    at = serializers.DateTimeField(allow_null=True)
    exact = serializers.BooleanField(help_text="It is what was named")

    def get_url(self, hit: Any) -> str:
        request: Request = self.context["request"]
        return request.build_absolute_uri(hit.url)


class FoundSerializer(serializers.Serializer[Any]):
    next = serializers.URLField(allow_null=True)
    previous = serializers.URLField(allow_null=True)
    results = HitSerializer(many=True)


class SearchApi(APIView):
    @extend_schema(
        tags=["search"],
        summary="Find incidents, postmortems, systems, objectives, KPIs, actions and alerts",
        description=f"At most {API_HITS} of each kind, the best first; this list has no further "
        "pages. What the reader may not see is not found.",
        parameters=[
            OpenApiParameter(
                "q", str, description='Words, "a phrase", or, -not; a reference or a slug'
            )
        ],
        responses=FoundSerializer,
    )
    def get(self, request: Request) -> Response:
        text = request.query_params.get("q", "")
        found = find(current_user(request), text, limit=API_HITS)
        hits = [hit for group in found.shown for hit in group.hits]
        results = HitSerializer(hits, many=True, context={"request": request}).data
        return Response({"next": None, "previous": None, "results": results})
