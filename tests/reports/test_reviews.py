"""Which reviews wait, for whom: a queue by what is to do, with people who can hand over."""

from __future__ import annotations

from datetime import timedelta

import pytest

from accounts.models import User
from incidents.models import Incident
from postmortems.models import Postmortem, PostmortemTemplate, Review, TemplateVersion
from reports.questions import reviews
from tests.reports.scene import NOW, happened, over


@pytest.fixture
def version(db: None) -> TemplateVersion:
    template, _ = PostmortemTemplate.objects.get_or_create(slug="a-test")
    return TemplateVersion.objects.create(template=template, number=1, title="T", body={})


def document(incident: Incident, version: TemplateVersion, **more: object) -> Postmortem:
    wanted = {
        "incident": incident,
        "title": "What happened",
        "template_version": version,
        "created_at": NOW - timedelta(days=3),
    }
    return Postmortem.objects.create(**{**wanted, **more})


def test_each_waits_for_the_one_whose_turn_it_is(
    owner: User, teammate: User, stranger: User, version: TemplateVersion
) -> None:
    past = NOW - timedelta(days=1)
    document(happened(4), version, owner=teammate, due_at=past)
    document(happened(5), version)
    reviewed = document(happened(6), version, owner=teammate, status="in_review")
    Review.objects.create(postmortem=reviewed, user=stranger, because="x")
    Review.objects.create(postmortem=reviewed, user=owner, because="x", state="approved")
    document(happened(7), version, owner=owner, status="approved", approved_at=past)
    answer = reviews.answer(over(owner))
    waiting = {(row.values["who"], row.values["what"]) for row in answer.rows}
    assert waiting == {
        ("Tariq Teammate", "To write"),
        ("Nobody", "To write"),
        ("Sam Stranger", "To review"),
        ("Olga Owner", "Approved, to publish"),
    }
    first = answer.rows[0].values
    assert (first["who"], first["overdue"]) == ("Tariq Teammate", 1)
    assert "1 of them overdue" in answer.sentence


def test_a_reviewer_who_left_is_named_as_such(
    owner: User, teammate: User, version: TemplateVersion
) -> None:
    one = document(happened(4), version, status="in_review", owner=owner)
    Review.objects.create(postmortem=one, user=teammate, because="x")
    User.objects.filter(pk=teammate.pk).update(is_active=False)
    [row] = reviews.answer(over(owner)).rows
    assert row.values["who"] == "Tariq Teammate (deactivated: hand it over)"


def test_published_ones_count_by_their_date(owner: User, version: TemplateVersion) -> None:
    """Resolved at the opening; published 2 and 4 days later; the second after its date."""
    for days, due in ((10, 3), (12, 3)):
        incident = happened(days, resolved=0)
        opened = NOW - timedelta(days=days)
        after = 2 if days == 10 else 4
        document(
            incident,
            version,
            status="published",
            due_at=opened + timedelta(days=due),
            published_at=opened + timedelta(days=after),
        )
    found = {figure.key: figure for figure in reviews.answer(over(owner)).figures}
    assert found["waiting"].value == 0
    assert (found["on_time"].value, found["on_time"].count) == (0.5, 2)
    assert found["took"].value == 3 * 86_400
