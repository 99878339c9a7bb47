"""How follow-ups look in the REST API. No rules: the services check."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from postmortems.actions.lifecycle import ACTION, STATUS_CHOICES
from postmortems.actions.reading import MAX_PROOF, MAX_TEXT, MAX_TITLE
from postmortems.models import Action, ActionEvent


class ActionSerializer(serializers.ModelSerializer[Action]):
    ref = serializers.CharField(read_only=True, help_text="ACT-7")
    incident = serializers.CharField(source="incident.ref", help_text="INC-42")
    postmortem = serializers.CharField(
        source="postmortem.ref", default=None, allow_null=True, help_text="PM-3"
    )
    owner = serializers.EmailField(source="owner.email", default=None, allow_null=True)
    owner_name = serializers.CharField(source="owner.name", default=None, allow_null=True)
    team = serializers.CharField(source="team.slug", default=None, allow_null=True)
    allowed_transitions = serializers.SerializerMethodField(
        help_text="What `transition/` takes as `to` now"
    )

    class Meta:
        model = Action
        fields = [
            "ref",
            "incident",
            "postmortem",
            "title",
            "detail",
            "type",
            "status",
            "priority",
            "owner",
            "owner_name",
            "team",
            "due_on",
            "done_criterion",
            "required",
            "cause",
            "proof_kind",
            "proof",
            "reason",
            "external_url",
            "created_at",
            "done_at",
            "closed_at",
            "allowed_transitions",
            "version",
        ]
        read_only_fields = fields

    @extend_schema_field(serializers.ListField(child=serializers.ChoiceField(STATUS_CHOICES)))
    def get_allowed_transitions(self, action: Action) -> list[str]:
        return [move.to for move in ACTION.moves_from(action.status)]


class _Said(serializers.Serializer[Any]):
    """Everything is optional; what is not given stays."""

    detail = serializers.CharField(
        max_length=MAX_TEXT, required=False, allow_blank=True, help_text="Markdown"
    )
    priority = serializers.ChoiceField(Action.Priority.choices, required=False)
    owner = serializers.EmailField(required=False, allow_null=True)
    team = serializers.SlugField(required=False, allow_null=True, max_length=63)
    due_on = serializers.DateField(required=False)
    done_criterion = serializers.CharField(
        max_length=MAX_TEXT,
        required=False,
        allow_blank=True,
        help_text="What shows that it is done, so that two people agree",
    )
    # DRF's own fields have an attribute of this name; a declared field is taken off the class.
    required = serializers.BooleanField(  # type: ignore[assignment]
        required=False, help_text="The incident cannot be closed before it is done"
    )
    cause = serializers.CharField(
        max_length=80, required=False, allow_blank=True, help_text="Slug in the taxonomy"
    )
    proof_kind = serializers.ChoiceField(Action.Proof.choices, required=False, allow_blank=True)
    proof = serializers.CharField(
        max_length=MAX_PROOF,
        required=False,
        allow_blank=True,
        help_text="The address of the evaluation case, or the slug of the SLO",
    )
    external_url = serializers.CharField(max_length=MAX_PROOF, required=False, allow_blank=True)


class NewActionSerializer(_Said):
    incident = serializers.CharField(max_length=40, help_text="INC-42")
    title = serializers.CharField(max_length=MAX_TITLE)
    type = serializers.ChoiceField(Action.Type.choices)


class ChangeActionSerializer(_Said):
    title = serializers.CharField(max_length=MAX_TITLE, required=False)
    type = serializers.ChoiceField(Action.Type.choices, required=False)
    status = serializers.ChoiceField(STATUS_CHOICES, required=False)
    reason = serializers.CharField(max_length=MAX_TEXT, required=False, allow_blank=True)
    expected_version = serializers.IntegerField(
        required=False, min_value=1, help_text="Refuse (409) when it has changed since"
    )


class MoveSerializer(serializers.Serializer[Any]):
    to = serializers.CharField(max_length=40, help_text="The status to move to")
    reason = serializers.CharField(allow_blank=True, default="", max_length=MAX_TEXT)
    proof_kind = serializers.ChoiceField(Action.Proof.choices, required=False, allow_blank=True)
    proof = serializers.CharField(required=False, allow_blank=True, max_length=MAX_PROOF)
    expected_version = serializers.IntegerField(required=False, min_value=1)


class ActionEventSerializer(serializers.ModelSerializer[ActionEvent]):
    actor = serializers.CharField(source="actor_label", help_text="Who, as people read it")

    class Meta:
        model = ActionEvent
        fields = ["id", "at", "kind", "actor", "via", "text"]
        read_only_fields = fields


class ProposalSerializer(serializers.Serializer[Any]):
    key = serializers.CharField(help_text="Names it when it is answered")
    title = serializers.CharField()
    type = serializers.ChoiceField(Action.Type.choices)
    cause = serializers.CharField()
    because = serializers.CharField()
    required = serializers.BooleanField()  # type: ignore[assignment]  # see above
    action = serializers.CharField(
        source="action.ref", default=None, allow_null=True, help_text="What was made of it"
    )
    declined = serializers.CharField(help_text="Why somebody decided against it")


class AnswerSerializer(serializers.Serializer[Any]):
    key = serializers.CharField(max_length=120)
    decline = serializers.CharField(
        max_length=MAX_TEXT, required=False, allow_blank=True, help_text="The reason not to do it"
    )
    owner = serializers.EmailField(required=False, allow_null=True)
    team = serializers.SlugField(required=False, allow_null=True, max_length=63)
    due_on = serializers.DateField(required=False)
    done_criterion = serializers.CharField(max_length=MAX_TEXT, required=False)
