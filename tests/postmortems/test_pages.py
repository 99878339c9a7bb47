"""The pages of documents: who sees what, how much they cost, what hostile text does to them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from html.parser import HTMLParser
from typing import Any

import pytest

from accounts.models import User
from catalog.models import System
from core import clock
from postmortems import services
from postmortems.models import Postmortem, PostmortemTemplate, TemplateVersion
from tests.cast import actor_of, api_client, sign_in
from tests.postmortems.scene import document, move, resolved_incident, write, write_all

pytestmark = pytest.mark.django_db
MARKUP = [
    "<script>alert(1)</script>",
    '<img src=x onerror="alert(1)">',
    "<svg onload=alert(1)><foreignObject>",
    "[x](javascript:alert(1))",
    "<JaVa&#9;script:alert(1)>",
    "![t](https://evil.example/p.png)",
    '<a href="//evil.example" hx-get="/x" id="csrfmiddlewaretoken" class="btn">x</a>',
    "<form action=//evil.example><input name=submit>",
    "<base href=//evil.example>",
    "```\n</code><script>alert(1)</script>\n```",
    "> " * 10_000,
    "[[[[" * 5_000,
    "|" * 10_000,
]


@pytest.fixture
def postmortem(teammate: User, system: System) -> Postmortem:
    return document(teammate, system)


def test_the_list_finds_by_status_words_owner_and_system(
    postmortem: Postmortem, teammate: User
) -> None:
    write(postmortem, "impact", "Xylophone sellers were affected.", teammate)
    browser = sign_in(teammate)

    def found(query: str) -> bool:
        page = browser.get(f"/postmortems/{query}").content.decode()
        return f'href="/postmortems/{postmortem.ref}/"' in page.split("<table", 1)[-1]

    for query in (
        "",
        "?q=xylophone",
        f"?q={postmortem.ref}",
        f"?owner={teammate.email}&status=all",
        "?system=checkout-assistant",
        f"?incident={postmortem.incident.ref}",
        "?mine=1",
        "?status=draft",
        "?severity=sev2",
    ):
        assert found(query), query
    for query in ("?q=nothingofthekind", "?status=published", "?overdue=1", "?cause=drift"):
        page = browser.get(f"/postmortems/{query}").content.decode()
        assert "<table" not in page, query


@pytest.mark.parametrize(
    "query",
    [
        "?status=x",
        "?cursor=x",
        "?system=%00",
        "?incident=%00",
        "?owner=%00",
        "?q=%00%27((",
        "?cause=%00",
    ],
)
def test_a_filter_that_cannot_be_read_leads_to_nothing(teammate: User, query: str) -> None:
    assert sign_in(teammate).get(f"/postmortems/{query}", follow=True).status_code == 200


def test_a_private_document_is_there_for_its_people_only(
    teammate: User, stranger: User, system: System
) -> None:
    private = document(teammate, system, private=True, title="Quiet xylophone")
    browser = sign_in(stranger)
    for path in ("/postmortems/?status=all", "/search/?q=xylophone", "/postmortems/agenda/"):
        assert "Quiet xylophone" not in browser.get(path).content.decode()
    for part in ("", "sections/impact/", "sections/impact/history/", "evidence/", "external/"):
        there = browser.get(f"/postmortems/{private.ref}/{part}")
        assert there.status_code in (403, 404)
    missing = browser.get("/postmortems/PM-999999/")
    hidden = browser.get(f"/postmortems/{private.ref}/")
    assert missing.status_code == hidden.status_code == 404
    assert api_client(stranger).get(f"/api/v1/postmortems/{private.ref}/").status_code == 404
    assert api_client(stranger).get("/api/v1/postmortems/").json()["results"] == []
    assert "Quiet xylophone" in sign_in(teammate).get("/search/?q=xylophone").content.decode()


class Inside(HTMLParser):
    """What stands in the main part of a page that could act."""

    def __init__(self) -> None:
        super().__init__()
        self.wrong: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag in ("script", "base", "iframe", "style", "foreignobject", "meta", "object"):
            self.wrong.append(tag)
        for name, value in attrs:
            told = value or ""
            leads = name in ("href", "src", "action", "formaction")
            inside = told.startswith(("/", "#", "?", "https://evil.example/p.png"))
            if name.startswith(("on", "hx-")) or (leads and not (inside and told[:2] != "//")):
                self.wrong.append(f"{tag} {name}={told[:40]}")
            if tag in ("img", "input") and "evil" in told:
                self.wrong.append(told)


@pytest.mark.parametrize("text", MARKUP, ids=[text[:20] for text in MARKUP])
def test_markup_is_only_text_on_the_page(postmortem: Postmortem, teammate: User, text: str) -> None:
    write(postmortem, "impact", text, teammate)
    services.comment(
        postmortem_id=postmortem.pk, key="impact", text=text[:9_000], actor=actor_of(teammate)
    )
    page = sign_in(teammate).get(f"/postmortems/{postmortem.ref}/").content.decode()
    inside = Inside()
    inside.feed(page[page.index('<main id="main"') : page.index("</main>")])
    assert inside.wrong == []


def test_the_page_costs_the_same_however_much_is_in_it(
    postmortem: Postmortem, teammate: User, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    browser = sign_in(teammate)
    for number in range(20):
        services.comment(
            postmortem_id=postmortem.pk,
            key="impact",
            text=f"Remark {number}",
            actor=actor_of(teammate),
        )
    with django_assert_max_num_queries(32):
        browser.get(f"/postmortems/{postmortem.ref}/")


def test_the_list_costs_the_same_however_long_it_is(
    teammate: User, system: System, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    for _ in range(5):
        document(teammate, system)
    browser = sign_in(teammate)
    with django_assert_max_num_queries(16):
        browser.get("/postmortems/")


def test_the_incident_leads_to_its_postmortem(postmortem: Postmortem, teammate: User) -> None:
    page = sign_in(teammate).get(f"/incidents/{postmortem.incident.ref}/").content.decode()
    assert f"/postmortems/{postmortem.ref}/" in page


def test_a_postmortem_is_begun_by_hand_with_a_chosen_template(
    teammate: User, system: System
) -> None:
    incident = resolved_incident(teammate, system, drill=True)
    chosen = TemplateVersion.objects.get(template__slug="leak")
    browser = sign_in(teammate)
    browser.post(f"/postmortems/start/{incident.ref}/", {"template": str(chosen.pk)})
    assert Postmortem.objects.get(incident=incident).template_version == chosen


def test_what_waits_stands_on_the_first_page(postmortem: Postmortem, teammate: User) -> None:
    page = sign_in(teammate).get("/").content.decode()
    assert "Waiting for you" in page
    assert "Write it and send it to review" in page


def test_the_agenda_has_what_is_in_review_and_what_is_open(
    postmortem: Postmortem, teammate: User, owner: User
) -> None:
    write_all(postmortem, teammate)
    services.comment(
        postmortem_id=postmortem.pk, key="impact", text="How many?", actor=actor_of(owner)
    )
    move(postmortem, "in_review", teammate)
    page = sign_in(owner).get("/postmortems/agenda/").content.decode()
    assert postmortem.title in page
    assert "How many?" in page
    assert "Tariq Teammate presents" in page


def test_the_evidence_drawer_shows_one_kind_at_a_time(
    postmortem: Postmortem, teammate: User
) -> None:
    browser = sign_in(teammate)
    page = browser.get(f"/postmortems/{postmortem.ref}/evidence/").content.decode()
    tabs = page[page.index('class="tabs"') :]
    assert tabs.index('aria-current="page"') < tabs.index("Alerts")
    found = browser.get(f"/postmortems/{postmortem.ref}/evidence/?q=refunds").content.decode()
    assert "All of them are about refunds." in found
    assert "opened INC-" not in found[found.index('class="tabs"') :]


def test_a_move_that_is_not_possible_says_which_are(postmortem: Postmortem, teammate: User) -> None:
    client = api_client(teammate)
    answer = client.post(
        f"/api/v1/postmortems/{postmortem.ref}/transition/", {"to": "published"}, format="json"
    )
    assert answer.status_code == 409
    assert answer.json()["allowed"] == ["in_review"]
    page = sign_in(teammate).post(f"/postmortems/{postmortem.ref}/transition/", {"to": "published"})
    assert page.status_code == 409


def test_the_api_answers_what_the_contract_names(postmortem: Postmortem, teammate: User) -> None:
    client = api_client(teammate)
    row = client.get("/api/v1/postmortems/?status=draft&system=checkout-assistant").json()
    (shown,) = row["results"]
    assert shown["ref"] == postmortem.ref
    assert shown["incident"] == postmortem.incident.ref
    assert shown["owner"] == teammate.email
    assert shown["allowed_transitions"] == ["in_review"]
    due = (clock.now() + timedelta(days=3)).isoformat()
    changed = client.patch(
        f"/api/v1/postmortems/{postmortem.ref}/", {"due_at": due, "title": "New"}, format="json"
    )
    assert changed.json()["title"] == "New"
    begun = client.post("/api/v1/postmortems/", {"incident": "INC-999999"}, format="json")
    assert begun.status_code == 400


def test_a_template_is_edited_in_the_browser_and_documents_keep_theirs(
    postmortem: Postmortem, teammate: User, owner: User
) -> None:
    version = postmortem.template_version
    slug = version.template.slug
    assert sign_in(teammate).get(f"/postmortems/templates/{slug}/edit/").status_code == 403
    browser = sign_in(owner)
    form = {
        "title": "Our answers",
        "description": "Ours",
        "position": "5",
        "cause_classes": ["generation"],
        "seen": str(version.number),
        "section-TOTAL_FORMS": "1",
        "section-INITIAL_FORMS": "0",
        "section-0-title": "What happened",
        "section-0-key": "summary",
        "section-0-questions": "How?\nWhat?\n",
        "section-0-severities": ["sev1"],
        "section-0-ORDER": "1",
    }
    answer = browser.post(f"/postmortems/templates/{slug}/edit/", form)
    assert answer.status_code == 302, answer.content.decode()[-3000:]
    newest = TemplateVersion.objects.filter(template__slug=slug).latest("number")
    assert newest.number == version.number + 1
    assert newest.body["sections"][0]["questions"] == ["How?", "What?"]
    postmortem.refresh_from_db()
    assert postmortem.template_version == version
    stale = browser.post(f"/postmortems/templates/{slug}/edit/", {**form, "title": "Late"})
    assert stale.status_code == 422
    assert not PostmortemTemplate.objects.get(slug=slug).shipped
