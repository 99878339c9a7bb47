"""Trackers as documents: applied, known again, never exported with a secret."""

from __future__ import annotations

import pytest

from accounts.models import User
from aire_web.config.export import export_yaml
from postmortems.models import Tracker
from postmortems.tracking import services
from tests.aire_web.documents import apply, refused, verbs
from tests.cast import actor_of
from tests.postmortems.actions.cast import make_action

pytestmark = pytest.mark.django_db
DOCUMENT = """\
apiVersion: aire/v1
kind: Tracker
metadata: {name: board, displayName: Board}
spec:
  client: jira
  url: https://acme.atlassian.net/
  options: {project: OPS}
  token: ${TOKEN}
  webhookSecret: ${HUSH}
"""
ENV = {"TOKEN": "jira-token-1", "HUSH": "hush-hush-1"}


def test_a_tracker_is_made_known_again_and_told_apart_by_its_secret(owner: User) -> None:
    assert verbs(apply(DOCUMENT, env=ENV)) == {"Tracker board": "create"}
    tracker = Tracker.objects.get()
    assert (tracker.token.reveal(), tracker.options["issue_type"]) == ("jira-token-1", "Task")
    assert verbs(apply(DOCUMENT, env=ENV)) == {"Tracker board": "unchanged"}
    changed = {**ENV, "TOKEN": "jira-token-2"}
    assert verbs(apply(DOCUMENT, env=changed)) == {"Tracker board": "update"}
    text = export_yaml()
    assert "jira-token" not in text
    assert set(verbs(apply(text)).values()) == {"unchanged"}


def test_pruning_deletes_what_nothing_is_linked_to_and_switches_off_the_rest(owner: User) -> None:
    apply(DOCUMENT, env=ENV)
    apply("", prune=True)
    assert not Tracker.objects.exists()
    apply(DOCUMENT, env=ENV)
    tracker = Tracker.objects.get()
    services.link_action(action=make_action(owner), tracker=tracker, actor=actor_of(owner))
    apply("", prune=True)
    assert Tracker.objects.get().enabled is False


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("client: jira", "client: bugzilla", "Choose one of"),
        ("project: OPS", "colour: red", "Not options of Jira: colour"),
        ("{project: OPS}", "{}", "Project key is needed"),
        ("https://acme", "ftp://acme", "whole address"),
        ("${TOKEN}", "plain-text", "environment only"),
    ],
)
def test_a_document_that_cannot_be_is_refused(owner: User, old: str, new: str, said: str) -> None:
    assert said in " ".join(refused(DOCUMENT.replace(old, new), env=ENV))
