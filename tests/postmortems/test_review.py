"""Review and approval: who is asked, who decides, what is missing, what is locked."""

from __future__ import annotations

import pytest
from django.db import InternalError, transaction
from django.db.utils import ProgrammingError

from accounts.models import Role, User
from accounts.services import deactivate_user
from catalog.models import System
from core.errors import Conflict, Forbidden, Invalid
from notifications.models import InboxItem
from postmortems import services
from postmortems.models import Postmortem, Review, Section
from postmortems.selectors import waiting_for
from tests.cast import actor_of, sign_in
from tests.postmortems.scene import (
    document,
    move,
    owned_system,
    published,
    somebody,
    write,
    write_all,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def search(owner: User) -> System:
    """Owned by Olga for engineering, and by others for data science and product."""
    return owned_system(
        "search",
        engineering=owner,
        data_science=somebody("Dana Data"),
        product=somebody("Pia Product", Role.VIEWER),
    )


@pytest.fixture
def in_review(teammate: User, search: System) -> Postmortem:
    postmortem = document(teammate, search)
    write_all(postmortem, teammate)
    return move(postmortem, "in_review", teammate)


def names(postmortem: Postmortem) -> set[str]:
    return {row.user.name for row in postmortem.reviews.select_related("user")}


def test_owners_are_asked_by_discipline_severity_and_class(in_review: Postmortem) -> None:
    assert names(in_review) == {"Olga Owner", "Dana Data", "Pia Product"}
    because = {row.user.name: row.because for row in in_review.reviews.select_related("user")}
    assert because["Dana Data"] == "Owner for data science of Search (SEV2)."
    assert because["Pia Product"] == "Owner for product of Search (class generation)."


def test_each_reviewer_is_told(in_review: Postmortem, owner: User) -> None:
    told = InboxItem.objects.filter(user=owner, delivery__origin="postmortems")
    assert told.count() == 1


def test_it_is_approved_with_the_last_approval(in_review: Postmortem) -> None:
    reviews = list(in_review.reviews.select_related("user"))
    for row in reviews[:-1]:
        assert move(in_review, "approved", row.user).status == "in_review"
    assert move(in_review, "approved", reviews[-1].user).status == "approved"


def test_nobody_approves_what_they_wrote(in_review: Postmortem, teammate: User) -> None:
    with pytest.raises(Forbidden, match="somebody else"):
        move(in_review, "approved", teammate)


def test_who_was_not_asked_cannot_approve(in_review: Postmortem) -> None:
    with pytest.raises(Forbidden, match="not asked"):
        move(in_review, "approved", somebody("Nina Nobody"))


def test_a_manager_may_review_without_being_asked(in_review: Postmortem) -> None:
    manager = somebody("Max Manager", Role.MANAGER)
    move(in_review, "approved", manager)
    row = in_review.reviews.get(user=manager)
    assert row.state == Review.State.APPROVED


def test_asking_for_changes_needs_words_and_sends_it_back(
    in_review: Postmortem, owner: User, teammate: User
) -> None:
    with pytest.raises(Invalid, match="note"):
        move(in_review, "changes_requested", owner)
    back = move(in_review, "changes_requested", owner, "Say how many people.")
    assert back.status == "changes_requested"
    again = move(in_review, "in_review", teammate)
    assert again.round == 2
    assert set(again.reviews.values_list("state", flat=True)) == {"waiting"}


def test_a_change_in_review_asks_those_again_who_had_approved(
    in_review: Postmortem, owner: User, teammate: User
) -> None:
    move(in_review, "approved", owner)
    write(in_review, "impact", "Forty customers, not twelve.", teammate)
    assert in_review.reviews.get(user=owner).state == Review.State.WAITING


def test_required_sections_must_be_written_before_it_goes_to_review(
    teammate: User, system: System
) -> None:
    postmortem = document(teammate, system)
    write(postmortem, "summary", "", teammate)
    with pytest.raises(Conflict, match="Summary"):
        move(postmortem, "in_review", teammate)


def test_what_is_missing_is_said_before_it_is_published(
    in_review: Postmortem, owner: User, teammate: User
) -> None:
    services.comment(
        postmortem_id=in_review.pk, key="impact", text="Which ones?", actor=actor_of(owner)
    )
    Section.objects.filter(postmortem=in_review, key="summary").update(
        body="- Drafted", generated=["- Drafted"]
    )
    for row in in_review.reviews.select_related("user"):
        move(in_review, "approved", row.user)
    with pytest.raises(Conflict) as refused:
        move(in_review, "published", teammate)
    assert "1 line was drafted by rule" in refused.value.message
    assert "1 comment is open" in refused.value.message
    assert refused.value.allowed == ["draft"]


def test_what_is_published_is_locked_and_takes_addenda(owner: User, teammate: User) -> None:
    postmortem = published(teammate, owner, owned_system("chat", engineering=owner))
    with pytest.raises(Conflict, match="addendum"):
        write(postmortem, "impact", "Something else.", teammate)
    row = services.add_addendum(
        postmortem_id=postmortem.pk, body="It came back once.", actor=actor_of(teammate)
    )
    assert row.number == 1


def test_the_database_holds_the_law_itself(owner: User, teammate: User) -> None:
    postmortem = published(teammate, owner, owned_system("chat", engineering=owner))
    with pytest.raises((InternalError, ProgrammingError)), transaction.atomic():
        Section.objects.filter(postmortem=postmortem).update(body="Rewritten.")
    with pytest.raises((InternalError, ProgrammingError)), transaction.atomic():
        Postmortem.objects.filter(pk=postmortem.pk).update(status="draft")


def test_only_the_owner_or_a_manager_publishes(in_review: Postmortem) -> None:
    for row in in_review.reviews.select_related("user"):
        move(in_review, "approved", row.user)
    with pytest.raises(Forbidden, match="Tariq Teammate"):
        move(in_review, "published", somebody("Nina Nobody"))


def test_a_reviewer_who_left_holds_it_up_and_the_page_says_what_to_do(
    in_review: Postmortem, owner: User, teammate: User
) -> None:
    dana = User.objects.get(name="Dana Data")
    deactivate_user(user=dana, actor=actor_of(owner))
    for name in ("Olga Owner", "Pia Product"):
        move(in_review, "approved", User.objects.get(name=name))
    page = sign_in(teammate).get(f"/postmortems/{in_review.ref}/").content.decode()
    assert "Dana Data was asked to review and has left" in page
    assert "Ask somebody else, then take Dana Data off" in page
    done = services.take_off_review(
        postmortem_id=in_review.pk, user_id=dana.pk, actor=actor_of(teammate)
    )
    assert done.status == "approved"


def test_the_only_reviewer_is_replaced_not_only_taken_off(teammate: User, owner: User) -> None:
    postmortem = document(teammate, owned_system("chat", engineering=owner), severity="sev4")
    write_all(postmortem, teammate)
    move(postmortem, "in_review", teammate)
    with pytest.raises(Conflict, match="only reviewer"):
        services.take_off_review(
            postmortem_id=postmortem.pk, user_id=owner.pk, actor=actor_of(teammate)
        )


def test_an_owner_who_left_is_told_to_managers_and_anybody_may_go_on(
    in_review: Postmortem, owner: User, teammate: User
) -> None:
    deactivate_user(user=teammate, actor=actor_of(owner))
    page = sign_in(owner).get(f"/postmortems/{in_review.ref}/").content.decode()
    assert "Tariq Teammate has left" in page
    assert "has left: give it to somebody" in " ".join(
        item.what for item in waiting_for(owner).items
    )
    services.assign(
        postmortem_id=in_review.pk, owner=owner, due=in_review.due_at, actor=actor_of(owner)
    )
    in_review.refresh_from_db()
    assert in_review.owner == owner


def test_the_queue_says_what_waits_for_whom(
    in_review: Postmortem, owner: User, teammate: User
) -> None:
    assert [item.what for item in waiting_for(owner).items] == ["Review it"]
    assert waiting_for(teammate).items == []
    move(in_review, "changes_requested", owner, "More numbers.")
    assert [item.what for item in waiting_for(teammate).items] == ["Make the requested changes"]


def test_managers_see_what_they_have_not_read_and_say_when_they_have(
    owner: User, teammate: User
) -> None:
    postmortem = published(teammate, owner, owned_system("chat", engineering=owner))
    manager = somebody("Max Manager", Role.MANAGER)
    assert [item.what for item in waiting_for(manager).items] == ["Read it"]
    services.mark_as_read(postmortem_id=postmortem.pk, actor=actor_of(manager))
    services.mark_as_read(postmortem_id=postmortem.pk, actor=actor_of(manager))
    assert waiting_for(manager).items == []
    assert postmortem.reads.count() == 1


def test_asking_somebody_lets_them_in_to_a_private_incident(
    owner: User, teammate: User, stranger: User
) -> None:
    postmortem = document(teammate, owned_system("chat", engineering=owner), private=True)
    assert not Postmortem.objects.visible_to(stranger).exists()
    services.ask_reviewer(postmortem_id=postmortem.pk, user=stranger, actor=actor_of(teammate))
    assert Postmortem.objects.visible_to(stranger).get() == postmortem


def test_rules_let_nobody_in_to_a_private_incident(owner: User, teammate: User) -> None:
    postmortem = document(teammate, owned_system("chat", engineering=owner), private=True)
    write_all(postmortem, teammate)
    move(postmortem, "in_review", teammate)
    assert names(postmortem) == set()
