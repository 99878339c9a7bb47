"""Contact methods, notification rules and outgoing webhooks in the REST API."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from django.urls import path
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers, status
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.models import Role
from accounts.permissions import api_actor, current_user, require_role
from notifications import api_own, api_rooms, contact_services, selectors
from notifications import webhook_services as webhooks
from notifications.message import Message
from notifications.models import ContactMethod, Delivery, NotificationRule, OutgoingWebhook
from notifications.rules import MAX_AFTER_SECONDS, URGENCY_CHOICES, Line


class ContactMethodSerializer(serializers.ModelSerializer[ContactMethod]):
    """`label` is all that is shown of the address."""

    address = serializers.CharField(write_only=True, max_length=4_000)

    class Meta:
        model = ContactMethod
        fields = [
            "id", "channel", "address", "label", "verified_at", "failing_since", "failure",
        ]  # fmt: skip
        read_only_fields = ["label", "verified_at", "failing_since", "failure"]


class CodeSerializer(serializers.Serializer[Any]):
    code = serializers.CharField(max_length=12)


class RuleSerializer(serializers.ModelSerializer[NotificationRule]):
    """`contact` is the id of a contact method; without one the account's own address is used."""

    after_seconds = serializers.IntegerField(min_value=0, max_value=MAX_AFTER_SECONDS, default=0)
    contact = serializers.IntegerField(source="contact_id", allow_null=True, default=None)

    class Meta:
        model = NotificationRule
        fields = ["channel", "contact", "after_seconds"]


class RulesSerializer(serializers.Serializer[Any]):
    urgency = serializers.ChoiceField(choices=URGENCY_CHOICES)
    rules = RuleSerializer(many=True)


class WebhookSerializer(serializers.Serializer[Any]):
    """The secret is shown once: when it was made for you."""

    slug = serializers.SlugField(source="contact.slug", max_length=63)
    name = serializers.CharField(source="contact.label", max_length=120, required=False)
    url = serializers.CharField(write_only=True, max_length=1_500, required=False)
    events = serializers.ListField(child=serializers.ChoiceField(choices=list(webhooks.EVENTS)))
    secret = serializers.CharField(write_only=True, max_length=200, required=False)
    enabled = serializers.BooleanField(default=True)
    failing_since = serializers.DateTimeField(source="contact.failing_since", read_only=True)


class WebhookMadeSerializer(WebhookSerializer):
    secret = serializers.CharField(read_only=True)


class WebhookAttemptSerializer(serializers.Serializer[Any]):
    number = serializers.IntegerField()
    started_at = serializers.DateTimeField()
    outcome = serializers.CharField()
    detail = serializers.CharField()


class WebhookDeliverySerializer(serializers.ModelSerializer[Delivery]):
    event = serializers.SerializerMethodField()
    attempts = WebhookAttemptSerializer(source="tries", many=True)

    class Meta:
        model = Delivery
        fields = ["id", "event", "state", "created_at", "due_at", "sent_at", "reason", "attempts"]

    def get_event(self, row: Delivery) -> str:
        return Message.from_json(row.message).headline


@extend_schema(tags=["notifications"])
class ContactMethodList(generics.ListAPIView[ContactMethod]):
    """One's own numbers and addresses."""

    serializer_class = ContactMethodSerializer
    queryset = ContactMethod.objects.none()
    ordering = ("id",)
    write_role = Role.VIEWER

    def get_queryset(self) -> QuerySet[ContactMethod]:
        return ContactMethod.objects.filter(user=current_user(self.request))

    @extend_schema(request=ContactMethodSerializer, responses={201: ContactMethodSerializer})
    def post(self, request: Request) -> Response:
        """Add one. A code is sent there; it counts once the code came back."""
        given = ContactMethodSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        contact = contact_services.add_contact_method(
            user=current_user(request), actor=api_actor(request), **given.validated_data
        )
        return Response(ContactMethodSerializer(contact).data, status=status.HTTP_201_CREATED)


@extend_schema(tags=["notifications"])
class ContactMethodDetail(APIView):
    write_role = Role.VIEWER

    @extend_schema(responses={204: None})
    def delete(self, request: Request, pk: int) -> Response:
        """Take one away, with the rules that name it."""
        contact_services.remove_contact_method(
            user=current_user(request), contact_id=pk, actor=api_actor(request)
        )
        return Response(status=status.HTTP_204_NO_CONTENT)


@extend_schema(tags=["notifications"], request=CodeSerializer, responses=ContactMethodSerializer)
class ContactMethodVerify(APIView):
    write_role = Role.VIEWER

    def post(self, request: Request, pk: int) -> Response:
        """Give the code that was sent there."""
        given = CodeSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        contact = contact_services.verify_contact_method(
            user=current_user(request),
            contact_id=pk,
            code=given.validated_data["code"],
            actor=api_actor(request),
        )
        return Response(ContactMethodSerializer(contact).data)


@extend_schema(tags=["notifications"])
class NotificationRules(APIView):
    write_role = Role.VIEWER

    @extend_schema(responses=RulesSerializer(many=True))
    def get(self, request: Request) -> Response:
        """One's own rules; without any, everything is used at once."""
        user = current_user(request)
        return Response([_rules(user.pk, urgency) for urgency, _ in URGENCY_CHOICES])

    @extend_schema(request=RulesSerializer, responses=RulesSerializer)
    def put(self, request: Request) -> Response:
        """Bring the rules of one urgency to exactly these, in this order."""
        given = RulesSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        user, data = current_user(request), given.validated_data
        lines = [
            Line(line["channel"], line["after_seconds"], line["contact_id"])
            for line in data["rules"]
        ]
        contact_services.save_rules(
            user=user, urgency=data["urgency"], lines=lines, actor=api_actor(request)
        )
        return Response(_rules(user.pk, data["urgency"]))


def _rules(user_id: int, urgency: str) -> dict[str, Any]:
    rules = NotificationRule.objects.filter(user_id=user_id, urgency=urgency)
    return {"urgency": str(urgency), "rules": RuleSerializer(rules, many=True).data}


@extend_schema(tags=["webhooks"])
class WebhookList(generics.ListAPIView[OutgoingWebhook]):
    """Programs that are told what happens. For managers."""

    serializer_class = WebhookSerializer
    queryset = OutgoingWebhook.objects.none()
    ordering = ("id",)
    write_role = Role.MANAGER

    def get_queryset(self) -> QuerySet[OutgoingWebhook]:
        require_role(current_user(self.request), Role.MANAGER)
        return selectors.visible_webhooks(current_user(self.request))

    @extend_schema(request=WebhookSerializer, responses={201: WebhookMadeSerializer})
    def post(self, request: Request) -> Response:
        """Connect one, or bring the one with this slug to exactly this state."""
        given = WebhookSerializer(data=request.data)
        given.is_valid(raise_exception=True)
        data = given.validated_data
        contact = data.pop("contact")
        hook, made = webhooks.save_webhook(
            slug=contact["slug"],
            name=contact.get("label", ""),
            actor=api_actor(request),
            **data,
        )
        shown = {**WebhookSerializer(hook).data, **({"secret": made} if made else {})}
        return Response(shown, status=status.HTTP_201_CREATED)


@extend_schema(tags=["webhooks"])
class WebhookDetail(APIView):
    write_role = Role.MANAGER

    @extend_schema(responses=WebhookSerializer)
    def get(self, request: Request, slug: str) -> Response:
        """One webhook."""
        return Response(WebhookSerializer(selectors.webhook_for(current_user(request), slug)).data)

    @extend_schema(responses={204: None})
    def delete(self, request: Request, slug: str) -> Response:
        """It is told nothing any more."""
        webhooks.remove_webhook(slug=slug, actor=api_actor(request))
        return Response(status=status.HTTP_204_NO_CONTENT)


@extend_schema(tags=["webhooks"])
class WebhookDeliveries(generics.ListAPIView[Delivery]):
    """What it was sent and what it answered, newest first."""

    serializer_class = WebhookDeliverySerializer
    queryset = Delivery.objects.none()
    ordering = ("-created_at", "-id")

    def get_queryset(self) -> QuerySet[Delivery]:
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        hook = selectors.webhook_for(current_user(self.request), self.kwargs["slug"])
        return selectors.webhook_deliveries(hook)


@extend_schema(tags=["webhooks"], request=None, responses={202: WebhookDeliverySerializer})
class WebhookTest(APIView):
    write_role = Role.MANAGER

    def post(self, request: Request, slug: str) -> Response:
        """Send a `test.sent` event."""
        row = webhooks.send_test(slug=slug, actor=api_actor(request))
        return Response(WebhookDeliverySerializer(row).data, status=status.HTTP_202_ACCEPTED)


urlpatterns = [
    path("contact-methods/", ContactMethodList.as_view(), name="contact-method-list"),
    path("contact-methods/<int:pk>/", ContactMethodDetail.as_view(), name="contact-method-detail"),
    path(
        "contact-methods/<int:pk>/verify/",
        ContactMethodVerify.as_view(),
        name="contact-method-verify",
    ),
    path("notification-rules/", NotificationRules.as_view(), name="notification-rules"),
    *api_own.urlpatterns,
    *api_rooms.urlpatterns,
    path("webhooks/", WebhookList.as_view(), name="webhook-list"),
    path("webhooks/<slug:slug>/", WebhookDetail.as_view(), name="webhook-detail"),
    path("webhooks/<slug:slug>/test/", WebhookTest.as_view(), name="webhook-test"),
    path(
        "webhooks/<slug:slug>/deliveries/", WebhookDeliveries.as_view(), name="webhook-deliveries"
    ),
]
