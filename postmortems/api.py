"""Documents in the REST API, over the same services and selectors as the pages."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.urls import path
from django_filters.rest_framework import DjangoFilterBackend
from drf_spectacular.utils import OpenApiResponse, extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response

from accounts.permissions import api_actor, current_user
from core.errors import Invalid, NotFound
from core.idempotency import IdempotentMixin
from incidents.api_base import person_named
from incidents.selectors import incident_for
from postmortems import api_serializers as shapes
from postmortems import selectors, services
from postmortems.filters import PostmortemFilter
from postmortems.models import Comment, Postmortem
from postmortems.selectors.templates import version_of

NOT_NOW = OpenApiResponse(description="Not possible in the present state; `allowed` says what is")


class PostmortemView(IdempotentMixin, generics.GenericAPIView[Any]):
    """What the views of one document share: finding it, and answering with it."""

    serializer_class: Any = shapes.PostmortemSerializer
    queryset: QuerySet[Any] = Postmortem.objects.none()
    lookup_field = "ref"
    ordering: Any = selectors.LIST_ORDER

    def postmortem(self, request: Request, ref: str) -> Postmortem:
        return selectors.postmortem_for(current_user(request), ref)

    def read(self, request: Request, serializer: Any) -> dict[str, Any]:
        filled = serializer(data=request.data)
        filled.is_valid(raise_exception=True)
        return dict(filled.validated_data)

    def answer(self, request: Request, pk: int, *, status: int = 200) -> Response:
        row = selectors.postmortem_rows(current_user(request)).get(pk=pk)
        return Response(shapes.PostmortemSerializer(row).data, status=status)


@extend_schema(tags=["postmortems"])
class PostmortemList(PostmortemView):
    filter_backends = [DjangoFilterBackend]
    filterset_class = PostmortemFilter

    def get_queryset(self) -> QuerySet[Postmortem]:
        return selectors.postmortem_rows(current_user(self.request))

    @extend_schema(
        summary="Postmortems, newest first",
        description="Those of private incidents are there for their people only.",
        responses=shapes.PostmortemSerializer(many=True),
    )
    def get(self, request: Request) -> Response:
        page = self.paginate_queryset(self.filter_queryset(self.get_queryset()))
        data = shapes.PostmortemSerializer(page, many=True).data
        return self.get_paginated_response(data)

    @extend_schema(
        summary="Begin the postmortem of an incident",
        description="Answers the one that is there already where there is one.",
        request=shapes.StartSerializer,
        responses={201: shapes.PostmortemSerializer, 409: NOT_NOW},
    )
    def post(self, request: Request) -> Response:
        data = self.read(request, shapes.StartSerializer)
        try:
            incident = incident_for(current_user(request), data["incident"])
        except NotFound as error:
            raise Invalid(error.message, errors={"incident": [error.message]}) from error
        postmortem = services.start_postmortem(
            incident_id=incident.pk,
            actor=api_actor(request),
            template=version_of(data["template"]) if "template" in data else None,
        )
        return self.answer(request, postmortem.pk, status=201)


@extend_schema(tags=["postmortems"])
class PostmortemDetail(PostmortemView):
    @extend_schema(summary="One postmortem", responses=shapes.PostmortemSerializer)
    def get(self, request: Request, ref: str) -> Response:
        return self.answer(request, self.postmortem(request, ref).pk)

    @extend_schema(
        summary="Change title, owner or date",
        request=shapes.ChangeSerializer,
        responses={200: shapes.PostmortemSerializer, 409: NOT_NOW},
    )
    def patch(self, request: Request, ref: str) -> Response:
        postmortem = self.postmortem(request, ref)
        data = self.read(request, shapes.ChangeSerializer)
        with transaction.atomic():
            if "title" in data:
                services.rename(
                    postmortem_id=postmortem.pk, title=data["title"], actor=api_actor(request)
                )
            if "owner" in data or "due_at" in data:
                asked = data.get("owner")
                owner = person_named(asked) if asked else None
                services.assign(
                    postmortem_id=postmortem.pk,
                    owner=owner if "owner" in data else postmortem.owner,
                    due=data.get("due_at", postmortem.due_at),
                    actor=api_actor(request),
                )
        return self.answer(request, postmortem.pk)


@extend_schema(tags=["postmortems"])
class PostmortemTransition(PostmortemView):
    @extend_schema(
        summary="Move a postmortem to another status",
        description="`approved` gives your approval; the status follows with the last one that "
        "is waited for.",
        request=shapes.PostmortemTransitionSerializer,
        responses={200: shapes.PostmortemSerializer, 409: NOT_NOW},
    )
    def post(self, request: Request, ref: str) -> Response:
        postmortem = self.postmortem(request, ref)
        data = self.read(request, shapes.PostmortemTransitionSerializer)
        services.transition_postmortem(
            postmortem_id=postmortem.pk, actor=api_actor(request), **data
        )
        return self.answer(request, postmortem.pk)


@extend_schema(tags=["postmortems"])
class PostmortemSections(PostmortemView):
    serializer_class = shapes.SectionSerializer
    pagination_class = None

    @extend_schema(
        summary="The sections, in their order", responses=shapes.SectionSerializer(many=True)
    )
    def get(self, request: Request, ref: str) -> Response:
        rows = self.postmortem(request, ref).sections.defer("search")
        return Response({"results": shapes.SectionSerializer(rows, many=True).data})


@extend_schema(tags=["postmortems"])
class PostmortemSection(PostmortemView):
    serializer_class = shapes.SectionSerializer

    @extend_schema(
        summary="Write a section",
        description="409 when somebody else has saved a newer version: nothing is overwritten.",
        request=shapes.WriteSectionSerializer,
        responses={200: shapes.SectionSerializer, 409: NOT_NOW},
    )
    def put(self, request: Request, ref: str, key: str) -> Response:
        postmortem = self.postmortem(request, ref)
        data = self.read(request, shapes.WriteSectionSerializer)
        section = services.save_section(
            postmortem_id=postmortem.pk,
            key=key,
            body=data["body"],
            seen_version=data["expected_version"],
            actor=api_actor(request),
        )
        return Response(shapes.SectionSerializer(section).data)


@extend_schema(tags=["postmortems"])
class PostmortemComments(PostmortemView):
    serializer_class = shapes.CommentSerializer
    queryset: QuerySet[Any] = Comment.objects.none()
    ordering = ("created_at", "id")

    @extend_schema(summary="Comments, oldest first", responses=shapes.CommentSerializer(many=True))
    def get(self, request: Request, ref: str) -> Response:
        rows = Comment.objects.filter(section__postmortem=self.postmortem(request, ref))
        page = self.paginate_queryset(rows.select_related("section"))
        return self.get_paginated_response(shapes.CommentSerializer(page, many=True).data)

    @extend_schema(
        summary="Comment on a section",
        request=shapes.NewCommentSerializer,
        responses={201: shapes.CommentSerializer, 409: NOT_NOW},
    )
    def post(self, request: Request, ref: str) -> Response:
        postmortem = self.postmortem(request, ref)
        data = self.read(request, shapes.NewCommentSerializer)
        row = services.comment(
            postmortem_id=postmortem.pk,
            key=data["section"],
            text=data["text"],
            quote=data["quote"],
            actor=api_actor(request),
        )
        return Response(shapes.CommentSerializer(row).data, status=201)


@extend_schema(tags=["postmortems"])
class PostmortemReviewers(PostmortemView):
    serializer_class = shapes.ReviewerSerializer

    @extend_schema(
        summary="Ask somebody to review it",
        request=shapes.ReviewerSerializer,
        responses={201: shapes.PostmortemSerializer, 409: NOT_NOW},
    )
    def post(self, request: Request, ref: str) -> Response:
        postmortem = self.postmortem(request, ref)
        asked = person_named(self.read(request, shapes.ReviewerSerializer)["user"])
        services.ask_reviewer(postmortem_id=postmortem.pk, user=asked, actor=api_actor(request))
        return self.answer(request, postmortem.pk, status=201)


@extend_schema(tags=["postmortems"])
class PostmortemEvidence(PostmortemView):
    serializer_class = shapes.CitationSerializer
    pagination_class = None

    @extend_schema(
        summary="What is cited, with its frozen copies",
        responses=shapes.CitationSerializer(many=True),
    )
    def get(self, request: Request, ref: str) -> Response:
        rows = self.postmortem(request, ref).citations.all()
        return Response({"results": shapes.CitationSerializer(rows, many=True).data})

    @extend_schema(
        summary="Cite a line, an alert or a change",
        description="Written `[E<number>]` in a section.",
        request=shapes.CiteSerializer,
        responses={201: shapes.CitationSerializer, 409: NOT_NOW},
    )
    def post(self, request: Request, ref: str) -> Response:
        postmortem = self.postmortem(request, ref)
        data = self.read(request, shapes.CiteSerializer)
        row = services.cite(
            postmortem_id=postmortem.pk,
            user=current_user(request),
            actor=api_actor(request),
            **data,
        )
        return Response(shapes.CitationSerializer(row).data, status=201)


@extend_schema(tags=["postmortems"])
class PostmortemAddenda(PostmortemView):
    serializer_class = shapes.AddendumSerializer
    pagination_class = None

    @extend_schema(summary="Addenda", responses=shapes.AddendumSerializer(many=True))
    def get(self, request: Request, ref: str) -> Response:
        rows = self.postmortem(request, ref).addenda.all()
        return Response({"results": shapes.AddendumSerializer(rows, many=True).data})

    @extend_schema(
        summary="Add to a published postmortem",
        request=shapes.NewAddendumSerializer,
        responses={201: shapes.AddendumSerializer, 409: NOT_NOW},
    )
    def post(self, request: Request, ref: str) -> Response:
        postmortem = self.postmortem(request, ref)
        data = self.read(request, shapes.NewAddendumSerializer)
        row = services.add_addendum(postmortem_id=postmortem.pk, actor=api_actor(request), **data)
        return Response(shapes.AddendumSerializer(row).data, status=201)


_ONE = "postmortems/<str:ref>"
urlpatterns = [
    path("postmortems/", PostmortemList.as_view(), name="postmortem-list"),
    path(f"{_ONE}/", PostmortemDetail.as_view(), name="postmortem-detail"),
    path(f"{_ONE}/transition/", PostmortemTransition.as_view(), name="postmortem-transition"),
    path(f"{_ONE}/sections/", PostmortemSections.as_view(), name="postmortem-sections"),
    path(f"{_ONE}/sections/<str:key>/", PostmortemSection.as_view(), name="postmortem-section"),
    path(f"{_ONE}/comments/", PostmortemComments.as_view(), name="postmortem-comments"),
    path(f"{_ONE}/reviewers/", PostmortemReviewers.as_view(), name="postmortem-reviewers"),
    path(f"{_ONE}/evidence/", PostmortemEvidence.as_view(), name="postmortem-evidence"),
    path(f"{_ONE}/addenda/", PostmortemAddenda.as_view(), name="postmortem-addenda"),
]
