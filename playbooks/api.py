"""Playbooks, connections and runs in the REST API, over the same services as the pages."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import path
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.models import Role
from accounts.permissions import api_actor, current_user
from core.errors import Invalid
from core.idempotency import IdempotentMixin
from incidents.selectors import incident_for
from playbooks import selectors, services
from playbooks.models import Approval, Connection, Playbook, PlaybookRun, RunStep

REFUSED = OpenApiResponse(description="The present state does not allow it")


class PlaybookSerializer(serializers.ModelSerializer[Playbook]):
    owner = serializers.EmailField(source="owner.email", default=None, read_only=True)
    spec = serializers.JSONField(
        source="definition", help_text="As the `spec` of the document of kind `Playbook`"
    )
    automatic = serializers.ListField(
        child=serializers.CharField(),
        read_only=True,
        help_text="Causes and classes for which its owner lets it start by itself",
    )

    class Meta:
        model = Playbook
        fields = ["slug", "name", "version", "enabled", "owner", "automatic", "updated_at", "spec"]
        read_only_fields = ["version", "enabled", "updated_at"]


class PlaybookEditSerializer(serializers.Serializer[Any]):
    name = serializers.CharField(max_length=120)
    spec = serializers.JSONField()


class RunStepSerializer(serializers.ModelSerializer[RunStep]):
    sending = serializers.JSONField(
        read_only=True,
        help_text="Exactly what is sent, without credentials; null for viewers",
    )
    connection = serializers.CharField(source="connection.slug", default=None, read_only=True)
    undoes = serializers.UUIDField(source="undoes_id", allow_null=True, read_only=True)

    class Meta:
        model = RunStep
        fields = [
            "id", "name", "status", "connection", "says", "undo_says", "sending", "answer",
            "key", "sent_at", "settled_at", "undoes",
        ]  # fmt: skip
        read_only_fields = fields

    def to_representation(self, step: RunStep) -> dict[str, Any]:
        shown: dict[str, Any] = super().to_representation(step)
        request = self.context.get("request")
        if request is None or not current_user(request).can_respond:
            shown["sending"] = None
        return shown


class RunApprovalSerializer(serializers.ModelSerializer[Approval]):
    class Meta:
        model = Approval
        fields = ["label", "role", "agrees", "note", "at"]
        read_only_fields = fields


class RunSerializer(serializers.ModelSerializer[PlaybookRun]):
    ref = serializers.CharField(read_only=True)
    playbook = serializers.CharField(source="playbook.slug", read_only=True)
    incident = serializers.CharField(source="incident.ref", read_only=True)
    said = serializers.CharField(read_only=True, help_text="Why it stands where it stands")
    steps = RunStepSerializer(many=True, read_only=True)
    approvals = RunApprovalSerializer(many=True, read_only=True)

    class Meta:
        model = PlaybookRun
        fields = [
            "ref", "playbook", "version", "incident", "status", "said", "automatic", "rehearsal",
            "started_label", "created_at", "approve_until", "verify_at", "ended_at", "demand",
            "approvals", "steps",
        ]  # fmt: skip
        read_only_fields = fields


class RunStartSerializer(serializers.Serializer[Any]):
    playbook = serializers.CharField(max_length=63)
    incident = serializers.CharField(max_length=20, help_text="Its reference")
    run = serializers.BooleanField(
        default=False, help_text="Go on by itself when it is planned, as far as it may"
    )


class RunActSerializer(serializers.Serializer[Any]):
    do = serializers.ChoiceField(
        choices=[
            "begin", "approve", "refuse", "fine", "not-fine", "happened", "not-happened",
            "go-on", "helped", "stop", "undo",
        ]
    )  # fmt: skip
    step = serializers.UUIDField(required=False, help_text="For what is about one step")
    note = serializers.CharField(required=False, allow_blank=True, max_length=1000)


class ConnectionSerializer(serializers.ModelSerializer[Connection]):
    allowed = serializers.ListField(child=serializers.CharField(max_length=200), required=False)
    options = serializers.DictField(child=serializers.CharField(), required=False)
    token = serializers.CharField(write_only=True, required=False, max_length=8_192)
    secret = serializers.CharField(write_only=True, required=False, max_length=8_192)

    class Meta:
        model = Connection
        fields = [
            "slug", "name", "kind", "base_url", "allowed", "options", "enabled", "token",
            "secret", "last_ok_at", "last_error",
        ]  # fmt: skip
        read_only_fields = ["last_ok_at", "last_error"]
        extra_kwargs = {
            "slug": {"validators": []},
            "base_url": {"required": False, "allow_blank": True},
        }


@extend_schema(tags=["playbooks"])
class PlaybookList(IdempotentMixin, generics.ListAPIView[Playbook]):
    """Playbooks, by name."""

    write_role = Role.MANAGER
    serializer_class = PlaybookSerializer
    queryset = Playbook.objects.none()
    ordering = selectors.LIST_ORDER

    def get_queryset(self) -> QuerySet[Playbook]:
        return selectors.visible_playbooks(current_user(self.request))

    @extend_schema(summary="Write a playbook", responses={201: PlaybookSerializer})
    def post(self, request: Request) -> Response:
        data = _read(request, PlaybookSerializer)
        if Playbook.objects.filter(slug=data["slug"]).exists():
            raise Invalid("Taken.", errors={"slug": ["Another playbook is called that."]})
        return _saved(request, data["slug"], data["name"], data["definition"], 201)


@extend_schema(tags=["playbooks"])
class PlaybookDetail(IdempotentMixin, generics.GenericAPIView[Any]):
    write_role = Role.MANAGER
    serializer_class = PlaybookSerializer
    queryset = Playbook.objects.none()

    @extend_schema(summary="One playbook")
    def get(self, request: Request, slug: str) -> Response:
        found = selectors.playbook_for(current_user(request), slug)
        return Response(PlaybookSerializer(found).data)

    @extend_schema(summary="Bring a playbook to this state", request=PlaybookEditSerializer)
    def put(self, request: Request, slug: str) -> Response:
        found = selectors.playbook_for(current_user(request), slug)
        data = _read(request, PlaybookEditSerializer)
        return _saved(request, found.slug, data["name"], data["spec"], 200)

    @extend_schema(summary="Delete it, or switch it off when it has run", responses={204: None})
    def delete(self, request: Request, slug: str) -> Response:
        found = selectors.playbook_for(current_user(request), slug)
        services.remove_playbook(slug=found.slug, actor=api_actor(request))
        return Response(status=204)


@extend_schema(tags=["playbooks"])
class RunList(IdempotentMixin, generics.ListAPIView[PlaybookRun]):
    """Runs of the incidents that you may see, newest first."""

    serializer_class = RunSerializer
    queryset = PlaybookRun.objects.none()
    ordering = selectors.RUN_ORDER

    def get_queryset(self) -> QuerySet[PlaybookRun]:
        return selectors.visible_runs(current_user(self.request))

    @extend_schema(
        summary="Plan a playbook for an incident, or run it",
        request=RunStartSerializer,
        responses={201: RunSerializer, 409: REFUSED},
    )
    def post(self, request: Request) -> Response:
        user = current_user(request)
        data = _read(request, RunStartSerializer)
        run = services.start_run(
            playbook_id=selectors.playbook_for(user, data["playbook"]).pk,
            incident_id=incident_for(user, data["incident"]).pk,
            actor=api_actor(request),
            at_once=data["run"],
        )
        return _answer(request, run.ref, status=201)


@extend_schema(tags=["playbooks"])
class RunDetail(generics.GenericAPIView[Any]):
    serializer_class = RunSerializer
    queryset = PlaybookRun.objects.none()

    @extend_schema(summary="One run with its steps")
    def get(self, request: Request, ref: str) -> Response:
        return _answer(request, ref)


@extend_schema(tags=["playbooks"])
class RunAct(IdempotentMixin, generics.GenericAPIView[Any]):
    serializer_class = RunActSerializer
    queryset = PlaybookRun.objects.none()

    @extend_schema(
        summary="Begin, approve, refuse, stop, undo …",
        description="`fine` and `not-fine` answer a check, `happened` and `not-happened` say what "
        "became of a step that is uncertain; both name the `step`. `helped` ends a run that "
        "nobody could judge.",
        request=RunActSerializer,
        responses={200: RunSerializer, 409: REFUSED},
    )
    def post(self, request: Request, ref: str) -> Response:
        user, actor = current_user(request), api_actor(request)
        run = selectors.run_for(user, ref)
        data = _read(request, RunActSerializer)
        do, note, step = data["do"], data.get("note", ""), data.get("step")
        if do in _OF_A_STEP and step is None:
            raise Invalid("Name the step.", errors={"step": ["Required for this."]})
        if do in ("approve", "refuse"):
            services.answer_approval(
                run_id=run.pk, user=user, agrees=do == "approve", actor=actor, note=note
            )
        elif do in ("fine", "not-fine"):
            services.answer_check(
                run_id=run.pk, step_id=step, fine=do == "fine", actor=actor, note=note
            )
        elif do in ("happened", "not-happened"):
            services.settle_step(
                run_id=run.pk, step_id=step, happened=do == "happened", actor=actor
            )
        elif do == "stop":
            services.stop_run(run_id=run.pk, actor=actor, note=note)
        elif do == "helped":
            services.confirm_helped(run_id=run.pk, actor=actor, note=note)
        elif do == "undo":
            services.undo_run(run_id=run.pk, actor=actor, because=note)
        else:
            verb = services.begin_run if do == "begin" else services.go_on
            verb(run_id=run.pk, actor=actor)
        return _answer(request, run.ref)


_OF_A_STEP = ("fine", "not-fine", "happened", "not-happened")


@extend_schema(tags=["playbooks"])
class ConnectionList(IdempotentMixin, generics.ListAPIView[Connection]):
    """What playbooks may act through; secrets are never answered."""

    write_role = Role.ADMIN
    serializer_class = ConnectionSerializer
    queryset = Connection.objects.none()
    ordering = ("name", "id")

    def get_queryset(self) -> QuerySet[Connection]:
        user = current_user(self.request)
        rows = Connection.objects.defer("token", "secret")
        return rows if user.has_role(Role.ADMIN) else rows.none()

    @extend_schema(summary="Connect a system", responses={201: ConnectionSerializer})
    def post(self, request: Request) -> Response:
        data = _read(request, ConnectionSerializer)
        if Connection.objects.filter(slug=data["slug"]).exists():
            raise Invalid("Taken.", errors={"slug": ["Another connection is called that."]})
        saved = services.save_connection(actor=api_actor(request), **data)
        return Response(ConnectionSerializer(saved).data, status=201)


@extend_schema(tags=["playbooks"])
class ConnectionDetail(IdempotentMixin, generics.GenericAPIView[Any]):
    write_role = Role.ADMIN
    serializer_class = ConnectionSerializer
    queryset = Connection.objects.none()

    @extend_schema(summary="Bring a connection to this state")
    def put(self, request: Request, slug: str) -> Response:
        found = selectors.connection_for(slug)
        data = {**_read(request, ConnectionSerializer), "slug": found.slug}
        saved = services.save_connection(actor=api_actor(request), **data)
        return Response(ConnectionSerializer(saved).data)

    @extend_schema(summary="Delete it, or switch it off when runs used it", responses={204: None})
    def delete(self, request: Request, slug: str) -> Response:
        services.remove_connection(slug=slug, actor=api_actor(request))
        return Response(status=204)


def _saved(request: Request, slug: str, name: str, definition: Any, status: int) -> Response:
    saved = services.save_playbook(
        slug=slug, name=name, definition=definition, actor=api_actor(request)
    )
    return Response(PlaybookSerializer(saved).data, status=status)


def _read(request: Request, serializer: Any) -> dict[str, Any]:
    filled = serializer(data=request.data)
    filled.is_valid(raise_exception=True)
    return dict(filled.validated_data)


def _answer(request: Request, ref: str, *, status: int = 200) -> Response:
    found = selectors.run_for(current_user(request), ref)
    shown = RunSerializer(found, context={"request": request})
    return Response(shown.data, status=status)


urlpatterns = [
    path("playbooks/", PlaybookList.as_view(), name="playbooks"),
    path("playbooks/<slug:slug>/", PlaybookDetail.as_view(), name="playbook-detail"),
    path("playbook-runs/", RunList.as_view(), name="playbook-runs"),
    path("playbook-runs/<str:ref>/", RunDetail.as_view(), name="playbook-run-detail"),
    path("playbook-runs/<str:ref>/act/", RunAct.as_view(), name="playbook-run-act"),
    path("connections/", ConnectionList.as_view(), name="connections"),
    path("connections/<slug:slug>/", ConnectionDetail.as_view(), name="connection-detail"),
]
