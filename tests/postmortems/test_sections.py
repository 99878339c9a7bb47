"""Several people write one document: nothing is overwritten, every version is kept."""

from __future__ import annotations

import pytest

from accounts.models import User
from catalog.models import System
from core.errors import Invalid, NotFound
from postmortems import services
from postmortems.models import Postmortem, UnsavedText
from postmortems.rendering import section_html
from tests.cast import actor_of, api_client, sign_in
from tests.postmortems.scene import document, write

pytestmark = pytest.mark.django_db


@pytest.fixture
def postmortem(teammate: User, system: System) -> Postmortem:
    return document(teammate, system)


def address(postmortem: Postmortem, key: str = "impact", part: str = "") -> str:
    return f"/postmortems/{postmortem.ref}/sections/{key}/{part}"


def test_saving_keeps_every_version(postmortem: Postmortem, teammate: User) -> None:
    write(postmortem, "impact", "Twelve customers.", teammate)
    section = write(postmortem, "impact", "Forty customers.", teammate)
    bodies = list(section.revisions.values_list("version", "body")[:2])
    assert bodies == [(3, "Forty customers."), (2, "Twelve customers.")]
    page = sign_in(teammate).get(address(postmortem, part="history/")).content.decode()
    assert "<del>Twelve</del><ins>Forty</ins> customers." in page


def test_saving_the_same_changes_nothing(postmortem: Postmortem, teammate: User) -> None:
    first = write(postmortem, "impact", "Twelve customers.", teammate)
    assert write(postmortem, "impact", "Twelve customers.", teammate).version == first.version


def test_who_comes_second_sees_both_texts_and_overwrites_nothing(
    postmortem: Postmortem, teammate: User, owner: User
) -> None:
    first = write(postmortem, "impact", "Twelve customers in Norway.", teammate)
    write(postmortem, "impact", "Twelve customers in Norway and Finland.", teammate)
    answer = sign_in(owner).post(
        address(postmortem),
        {"body": "Forty customers in Norway.", "seen": str(first.version)},
    )
    assert answer.status_code == 409
    page = answer.content.decode()
    assert "changed by Tariq Teammate while you were writing" in page
    assert "<ins>Forty</ins>" in page
    assert "<ins> and Finland</ins>" in page
    assert ">Twelve customers in Norway and Finland.<" in page
    assert "Forty customers in Norway.</textarea>" in page
    assert postmortem.sections.get(key="impact").body.endswith("and Finland.")
    kept = UnsavedText.objects.get(user=owner)
    assert kept.body == "Forty customers in Norway."


def test_sending_again_from_the_conflict_saves(
    postmortem: Postmortem, teammate: User, owner: User
) -> None:
    now = write(postmortem, "impact", "Twelve.", teammate)
    browser = sign_in(owner)
    browser.post(address(postmortem), {"body": "Forty.", "seen": "1"})
    answer = browser.post(address(postmortem), {"body": "Forty-two.", "seen": str(now.version)})
    assert answer.status_code == 302
    assert postmortem.sections.get(key="impact").body == "Forty-two."
    assert not UnsavedText.objects.exists()


def test_what_was_typed_and_not_saved_is_there_again(
    postmortem: Postmortem, teammate: User, owner: User
) -> None:
    answer = sign_in(teammate).post(
        address(postmortem, part="keep/"), {"body": "Half a thou", "seen": "1"}
    )
    assert answer.json() == {"version": 1}
    assert "Half a thou" in sign_in(teammate).get(address(postmortem)).content.decode()
    assert "Half a thou" not in sign_in(owner).get(address(postmortem)).content.decode()


def test_the_preview_saves_nothing(postmortem: Postmortem, teammate: User) -> None:
    body = {"body": "**Bold** <script>x</script>", "seen": "1", "preview": "1"}
    page = sign_in(teammate).post(address(postmortem), body).content.decode()
    assert "<strong>Bold</strong> &lt;script&gt;" in page
    assert postmortem.sections.get(key="impact").version == 1


def test_a_line_stays_marked_until_it_is_accepted_or_changed(
    postmortem: Postmortem, teammate: User
) -> None:
    section = postmortem.sections.get(key="summary")
    lines = list(section.generated)
    assert section_html(section).count('<mark class="drafted"') == len(lines)
    services.accept_drafted(
        postmortem_id=postmortem.pk, key="summary", actor=actor_of(teammate), line=lines[0]
    )
    body = section.body.replace(lines[1], f"{lines[1]} So we think.")
    section = write(postmortem, "summary", body, teammate)
    assert section.generated == lines[2:]
    done = services.accept_drafted(
        postmortem_id=postmortem.pk, key="summary", actor=actor_of(teammate)
    )
    assert done.generated == []


def test_one_line_is_accepted_in_the_browser(postmortem: Postmortem, teammate: User) -> None:
    line = postmortem.sections.get(key="summary").generated[0]
    sign_in(teammate).post(address(postmortem, "summary", "accept/"), {"line": line})
    assert line not in postmortem.sections.get(key="summary").generated


def test_names_and_hindsight_get_hints(postmortem: Postmortem, teammate: User) -> None:
    write(postmortem, "lessons", "Tariq Teammate should have looked.", teammate)
    page = sign_in(teammate).get(f"/postmortems/{postmortem.ref}/").content.decode()
    assert "Say what was known and what was done at that moment." in page
    assert "A role says more to later readers than a name." in page


@pytest.mark.parametrize("body", ["x" * 100_001, "a\x00b"], ids=["too long", "NUL"])
def test_a_text_that_cannot_be_kept_is_refused(
    postmortem: Postmortem, teammate: User, body: str
) -> None:
    with pytest.raises(Invalid):
        write(postmortem, "impact", body, teammate)
    answer = sign_in(teammate).post(address(postmortem), {"body": body, "seen": "1"})
    assert answer.status_code == 422


@pytest.mark.parametrize("seen", ["", "x", "-1", "9" * 40, "٣"])
def test_a_version_that_is_no_number_is_the_present_one(
    postmortem: Postmortem, teammate: User, seen: str
) -> None:
    answer = sign_in(teammate).post(address(postmortem), {"body": "Text.", "seen": seen})
    assert answer.status_code == 302


def test_a_section_that_is_not_there_is_not_found(postmortem: Postmortem, teammate: User) -> None:
    with pytest.raises(NotFound):
        services.save_section(
            postmortem_id=postmortem.pk,
            key="nothing",
            body="x",
            seen_version=1,
            actor=actor_of(teammate),
        )
    assert sign_in(teammate).get(address(postmortem, "nothing")).status_code == 404


def test_a_viewer_reads_and_does_not_write(postmortem: Postmortem, stranger: User) -> None:
    browser = sign_in(stranger)
    assert browser.get(f"/postmortems/{postmortem.ref}/").status_code == 200
    assert browser.post(address(postmortem), {"body": "x", "seen": "1"}).status_code == 403


def test_a_script_writes_on_top_of_what_it_read(postmortem: Postmortem, teammate: User) -> None:
    client = api_client(teammate)
    base = f"/api/v1/postmortems/{postmortem.ref}/sections/"
    read = client.get(base).json()["results"]
    impact = next(section for section in read if section["key"] == "impact")
    body = {"body": "By script.", "expected_version": impact["version"]}
    assert client.put(f"{base}impact/", body, format="json").status_code == 200
    again = client.put(f"{base}impact/", {**body, "body": "Late."}, format="json")
    assert again.status_code == 409
    assert "Nothing was overwritten" in again.json()["detail"]
