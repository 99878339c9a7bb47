"""What leaves: Markdown, HTML, JSON and PDF, and a version for people outside."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from accounts.models import User
from catalog.models import System
from postmortems import services
from postmortems.exports import writers
from postmortems.exports.tree import collect
from postmortems.models import Postmortem
from tests.cast import actor_of, make_system, sign_in
from tests.postmortems.scene import document, published, write

pytestmark = pytest.mark.django_db
HOSTILE = "<script>alert(1)</script> <img src=//evil.example/x onerror=alert(1)> [x](javascript:1)"


@pytest.fixture
def postmortem(teammate: User, system: System) -> Postmortem:
    postmortem = document(teammate, system)
    write(postmortem, "impact", HOSTILE, teammate)
    return postmortem


def get(user: User, postmortem: Postmortem, form: str, query: str = "") -> Any:
    return sign_in(user).get(f"/postmortems/{postmortem.ref}/export.{form}{query}")


def test_markdown_has_the_text_as_it_was_written(postmortem: Postmortem, teammate: User) -> None:
    answer = get(teammate, postmortem, "md")
    text = answer.content.decode()
    assert text.startswith("# Assistant quotes a policy that does not exist\n")
    assert f"## Impact\n\n{HOSTILE}\n" in text
    assert answer["Content-Disposition"].startswith(f'attachment; filename="{postmortem.ref}.md"')


def test_html_loads_and_runs_nothing(postmortem: Postmortem, teammate: User) -> None:
    answer = get(teammate, postmortem, "html")
    text = answer.content.decode()
    assert "<script" not in text
    assert "<img" not in text
    assert "javascript:" not in text.replace("[x](javascript:1)", "")
    assert "<link" not in text
    assert "sandbox" in answer["Content-Security-Policy"]


def test_json_says_everything_as_data(postmortem: Postmortem, teammate: User) -> None:
    data = json.loads(get(teammate, postmortem, "json").content)
    assert data["format"] == "aire.postmortem/1"
    assert data["incident"] == postmortem.incident.ref
    assert {"key": "impact", "title": "Impact", "body": HOSTILE} in data["sections"]


def test_a_pdf_is_made_where_its_maker_is_installed(teammate: User, system: System) -> None:
    postmortem = document(teammate, system, title="Right \u202eto left")
    answer = get(teammate, postmortem, "pdf")
    assert answer["Content-Type"] == "application/pdf"
    assert answer.content.startswith(b"%PDF-")


def test_without_the_pdf_maker_a_sentence_says_what_to_do(
    postmortem: Postmortem, teammate: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    def absent(name: str) -> None:
        raise ImportError(name)

    monkeypatch.setattr("postmortems.exports.writers.importlib.import_module", absent)
    answer = sign_in(teammate).get(f"/postmortems/{postmortem.ref}/export.pdf", follow=True)
    assert "requirements-pdf.txt" in answer.content.decode()


@pytest.mark.parametrize("form", ["exe", "md/../x", "MD", "pdf%00"])
def test_another_form_is_not_found(postmortem: Postmortem, teammate: User, form: str) -> None:
    assert get(teammate, postmortem, form).status_code == 404


def test_the_version_for_outside_names_nobody(owner: User, teammate: User) -> None:
    chat = make_system("chat", name="Chat", owners={"engineering": owner.email})
    postmortem = document(teammate, chat)
    write(
        postmortem,
        "summary",
        "Tariq Teammate rolled Chat back, see https://intern.example/x and INC-1. Olga agreed.",
        teammate,
    )
    shown = sign_in(teammate).get(f"/postmortems/{postmortem.ref}/external/?words=Chat")
    text = get(teammate, postmortem, "md", "?external=1&words=Chat").content.decode()
    assert "[person] rolled [left out] back, see [address] and [reference]." in text
    for secret in ("Tariq", "Teammate", "intern.example", "INC-1", "Chat"):
        assert secret not in text
    assert "[person] rolled [left out] back" in shown.content.decode()


def test_only_chosen_sections_go_outside(postmortem: Postmortem, teammate: User) -> None:
    write(postmortem, "lessons", "Inner thoughts.", teammate)
    text = get(teammate, postmortem, "md", "?external=1&section=impact").content.decode()
    assert "## Impact" in text
    assert "Inner thoughts" not in text
    assert "## Timeline" not in text


def test_nobody_exports_what_they_may_not_see(
    teammate: User, stranger: User, system: System
) -> None:
    private = document(teammate, system, private=True)
    for form in writers.FORMATS:
        assert get(stranger, private, form).status_code == 404
    assert sign_in(stranger).get(f"/postmortems/{private.ref}/external/").status_code == 404


def test_addenda_and_causes_are_exported(owner: User, teammate: User) -> None:
    chat = make_system("chat", name="Chat", owners={"engineering": owner.email})
    postmortem = published(teammate, owner, chat)
    services.add_addendum(
        postmortem_id=postmortem.pk, body="It came *back* once.", actor=actor_of(teammate)
    )
    tree = collect(postmortem, teammate)
    assert "## Addendum 1" in writers.markdown(tree)
    assert "It came <em>back</em> once." in writers.html(tree)
    assert tree.edition == "1.1"


def test_an_export_costs_the_same_however_much_is_in_it(
    postmortem: Postmortem, teammate: User, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    with django_assert_max_num_queries(12):
        collect(postmortem, teammate)
