"""Moving over from another on-call tool in the REST API: look first, then run what was shown."""

from __future__ import annotations

import json
from typing import Any

from django.core import signing
from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import Role
from accounts.permissions import api_actor, current_user
from aire_web.importing.applying import Imported, import_converted
from aire_web.importing.bundle import read_bytes
from aire_web.importing.keeping import (
    confirmation,
    confirmed,
    forget_export,
    keep_export,
    kept_export,
)
from aire_web.importing.products import PRODUCTS, Product
from core.errors import AireError, Conflict, Invalid


class ImportSerializer(serializers.Serializer[Any]):
    """Either `export` or `token`."""

    product = serializers.ChoiceField(choices=list(PRODUCTS))
    export = serializers.JSONField(
        required=False, help_text="The lists of the tool's API by name: users, schedules …"
    )
    address = serializers.CharField(
        required=False, max_length=300, help_text="Of its API, where it is not the usual one"
    )
    token = serializers.CharField(
        required=False, max_length=500, help_text="Of its API; used once and not kept"
    )

    def validate(self, data: dict[str, Any]) -> dict[str, Any]:
        if bool(data.get("export")) == bool(data.get("token")):
            raise serializers.ValidationError({"export": "Give an export or a token."})
        return data


class ImportRunSerializer(serializers.Serializer[Any]):
    preview = serializers.CharField(help_text="As the look answered it; good for an hour, once")


class ImportStepSerializer(serializers.Serializer[Any]):
    """`verb` is create, update or unchanged; `fields` are the ones that change."""

    verb = serializers.CharField()
    kind = serializers.CharField(source="kind.name")
    name = serializers.CharField()
    fields_changed = serializers.ListField(source="fields", child=serializers.CharField())


class ImportRuleSerializer(serializers.Serializer[Any]):
    verb = serializers.CharField()
    user = serializers.CharField(source="user.email")
    urgency = serializers.CharField()
    channels = serializers.SerializerMethodField()

    def get_channels(self, line: Any) -> list[str]:
        return [way.channel for way in line.ways]


class ImportHistorySerializer(serializers.Serializer[Any]):
    """Changes of one part of a system from before, such as versions that were registered."""

    system = serializers.CharField()
    part = serializers.CharField()
    count = serializers.IntegerField()
    since = serializers.DateTimeField()


class LeftOutSerializer(serializers.Serializer[Any]):
    what = serializers.CharField()
    name = serializers.CharField()
    reason = serializers.CharField()


class ImportKeySerializer(serializers.Serializer[Any]):
    kind = serializers.CharField()
    name = serializers.CharField()
    key = serializers.CharField(help_text="Shown this once")


class ImportedSerializer(serializers.Serializer[Any]):
    applied = serializers.BooleanField()
    changes = serializers.IntegerField()
    steps = ImportStepSerializer(many=True)
    rules = ImportRuleSerializer(many=True)
    history = ImportHistorySerializer(many=True)
    left_out = LeftOutSerializer(many=True)
    keys = ImportKeySerializer(many=True)
    preview = serializers.CharField(
        required=False, help_text="What runs it, where this was only a look"
    )


@extend_schema(tags=["on-call"], request=ImportSerializer, responses=ImportedSerializer)
class ImportLook(APIView):
    write_role = Role.ADMIN

    def post(self, request: Request) -> Response:
        """What would come of it, and what cannot be carried. Nothing is written."""
        given = ImportSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        data = given.validated_data
        product = PRODUCTS[data["product"]]
        export = _read(product, data)
        imported = _imported(request, product, export, dry_run=True)
        key = keep_export(user=current_user(request), export=export)
        shown = ImportedSerializer(imported).data
        return Response({**shown, "preview": confirmation(product.name, key)})


@extend_schema(tags=["on-call"], request=ImportRunSerializer, responses=ImportedSerializer)
class ImportRun(APIView):
    write_role = Role.ADMIN

    def post(self, request: Request) -> Response:
        """Write what the look has shown, all of it or nothing."""
        given = ImportRunSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        user = current_user(request)
        try:
            name, key = confirmed(given.validated_data["preview"])
            export = kept_export(user=user, key=key)
        except (signing.BadSignature, AireError) as error:
            raise Conflict("This preview is too old. Read the export again.") from error
        imported = _imported(request, PRODUCTS[name], export, dry_run=False)
        forget_export(user=user, key=key)
        return Response(ImportedSerializer(imported).data)


def _read(product: Product, data: dict[str, Any]) -> dict[str, list[dict[str, Any]]]:
    if "export" not in data:
        return product.read(data.get("address", ""), data["token"])
    try:
        return read_bytes("export.json", json.dumps(data["export"]).encode())
    except Invalid as error:
        raise Invalid(error.message, errors={"export": [error.message]}) from error


def _imported(
    request: Request,
    product: Product,
    export: dict[str, list[dict[str, Any]]],
    *,
    dry_run: bool,
) -> Imported:
    return import_converted(product.convert(export), actor=api_actor(request), dry_run=dry_run)


urlpatterns = [
    path("imports/", ImportLook.as_view(), name="import-look"),
    path("imports/run/", ImportRun.as_view(), name="import-run"),
]
