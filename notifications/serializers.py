"""Deliveries and their attempts, as every API call that answers them shows them."""

from __future__ import annotations

from rest_framework import serializers

from notifications.models import Delivery, DeliveryAttempt


class AttemptSerializer(serializers.ModelSerializer[DeliveryAttempt]):
    class Meta:
        model = DeliveryAttempt
        fields = ["number", "started_at", "finished_at", "outcome", "detail", "may_repeat"]
        read_only_fields = fields


class DeliverySerializer(serializers.ModelSerializer[Delivery]):
    attempts = AttemptSerializer(many=True, read_only=True, source="tries")

    class Meta:
        model = Delivery
        fields = [
            "id", "channel", "state", "reason", "provider_ref", "created_at", "sent_at", "attempts",
        ]  # fmt: skip
        read_only_fields = fields
