"""People and teams in the API."""

from __future__ import annotations

import pytest

from accounts.models import Role, Team, User
from tests.cast import api_client, make_user


def test_managers_list_people_with_the_least_that_is_needed(owner: User, stranger: User) -> None:
    people = api_client(owner, "read").get("/api/v1/users/").json()["results"]
    assert {"id", "email", "name", "role"} == set(people[0])
    assert {person["email"] for person in people} == {owner.email, stranger.email}


@pytest.mark.django_db
@pytest.mark.parametrize("role", ["viewer", "responder"])
def test_others_cannot_list_or_count_people(role: str) -> None:
    answer = api_client(make_user("Some One", role), "read").get("/api/v1/users/")
    assert answer.status_code == 403
    assert answer["Content-Type"] == "application/problem+json"
    assert "results" not in answer.json()


def test_everyone_lists_teams_with_their_members(stranger: User, team: Team) -> None:
    teams = api_client(stranger, "read").get("/api/v1/teams/").json()["results"]
    assert [one["slug"] for one in teams] == [team.slug]
    assert len(teams[0]["members"]) == 2


def test_a_metrics_key_reads_nothing_else(owner: User) -> None:
    assert owner.role == Role.ADMIN
    assert api_client(owner, "metrics").get("/api/v1/users/").status_code == 403


def test_the_list_of_teams_costs_the_same_with_many(
    owner: User, team: Team, django_assert_max_num_queries
) -> None:
    client = api_client(owner, "read")
    client.get("/api/v1/teams/")
    with django_assert_max_num_queries(4):
        assert client.get("/api/v1/teams/").status_code == 200
