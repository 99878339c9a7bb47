"""Storms in the REST API: read only, everybody who may sign in sees them."""

from __future__ import annotations

from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from alerts.models import Source
from alerts.storm.models import Storm

ORDER = ("-began_at", "-pk")


class StormSerializer(serializers.ModelSerializer[Storm]):
    """`alerts` are the new ones since it began, `folded` those of them that joined an incident of
    the storm. `ended_at` is null while it is on."""

    # The name of a field of a serializer is also an attribute of fields: DRF copes, types do not.
    source = serializers.SlugRelatedField[Source](  # type: ignore[assignment]
        slug_field="slug", read_only=True
    )

    class Meta:
        model = Storm
        fields = ["id", "source", "began_at", "loud_at", "ended_at", "alerts", "folded"]


@extend_schema(tags=["alerts"])
class StormList(generics.GenericAPIView[Storm]):
    serializer_class = StormSerializer
    queryset = Storm.objects.select_related("source")
    ordering = ORDER

    @extend_schema(
        summary="Storms of alerts, the latest first", responses=StormSerializer(many=True)
    )
    def get(self, request: Request) -> Response:
        page = self.paginate_queryset(self.get_queryset())
        return self.get_paginated_response(self.get_serializer(page, many=True).data)


urlpatterns = [path("storms/", StormList.as_view(), name="storm-list")]
