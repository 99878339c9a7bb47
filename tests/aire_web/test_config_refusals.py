"""Config as code: everything that is refused, with its file, its line and a sentence."""

from __future__ import annotations

import pytest

from accounts.models import User
from aire_web.models import ManagedDocument
from tests.aire_web.documents import ALL, ON_CALL, PEOPLE, SYSTEMS, apply, refused

pytestmark = pytest.mark.django_db

USER = """\
apiVersion: aire/v1
kind: User
metadata:
  name: ada
spec:
  email: ada@example.org
"""


def user(**changes: str) -> str:
    """The smallest user with lines replaced: `email="email: x"`."""
    text = USER
    for name, line in changes.items():
        text = "\n".join(
            old[: len(old) - len(old.lstrip())] + line
            if old.lstrip().startswith(f"{name}:")
            else old
            for old in text.splitlines()
        )
    return text + "\n"


@pytest.mark.parametrize(
    ("text", "refusal"),
    [
        (user(kind="kind: Person"), "a.yaml:2: Unknown kind Person. Known are User, Team, System,"),
        (user(kind="kind: [User]"), "a.yaml:2: kind must be text."),
        (
            user(apiVersion="apiVersion: aire/v2"),
            "a.yaml:1: apiVersion must be aire/v1 or openslo/v1.",
        ),
        (user(apiVersion="apiVersion: openslo/v1"), "a.yaml:2: User ada: kind must be one of:"),
        (user(apiVersion="version: 1"), "a.yaml:1: Unknown field version."),
        (USER.replace("kind: User\n", ""), "a.yaml:1: kind is required."),
        (USER + "status: {}\n", "a.yaml:7: Unknown field status."),
        (USER + "  nmae: Ada\n", "a.yaml:7: Unknown field spec.nmae. Did you mean name?"),
        (USER + "  time_zone: UTC\n", "a.yaml:7: Unknown field spec.time_zone. Did you mean"),
        (USER + "  name: 7\n", "a.yaml:7: spec.name must be text; put quotes around it."),
        (USER + "  name: yes\n  active: on\n", "a.yaml:8: spec.active must be true or false."),
        (USER + "  role: boss\n", "a.yaml:7: spec.role: must be one of: viewer, responder,"),
        (USER + "  timeZone: Mars/Base\n", "a.yaml:7: spec.timeZone: this time zone is not known"),
        (user(email="mail: a@b"), "a.yaml:6: Unknown field spec.mail. Did you mean email?"),
        (user(email="email: nobody"), "a.yaml:6: spec.email: this is not a mail address."),
        (user(email="role: viewer"), "a.yaml:5: spec.email is required."),
        (user(name="name: Ada"), "a.yaml:4: metadata.name must be 1 to 63 lower-case"),
        (user(name="name: '-x'"), "a.yaml:4: metadata.name must be 1 to 63 lower-case"),
        (user(name="name: x\n  owner: y"), "a.yaml:5: Unknown field metadata.owner."),
        (user(name="name: x\n  labels: {a: 1}"), "a.yaml:5: metadata.labels.a must be text;"),
        (USER.split("spec:")[0] + "spec: 5\n", "a.yaml:5: spec must be a mapping."),
        ("- a\n", "a.yaml:1: A document must be a mapping with apiVersion, kind, metadata"),
        ("a: 1\na: 2\n", 'a.yaml:2: The key "a" stands twice, first on line 1.'),
        ("a:\n\tb: 1\n", "a.yaml:2: Indent with spaces: a tab stands here."),
        (USER + "  x: !!python/name:os.system\n", "a.yaml:7: The tag !!python/name:os.system is"),
        (USER + "---\n" + USER, "a.yaml:8: User ada is already in a.yaml:1."),
    ],
)
def test_a_mistake_is_refused_with_its_line(text: str, refusal: str) -> None:
    lines = refused(text)
    assert any(line.startswith(refusal) for line in lines), lines
    assert not User.objects.exists()


@pytest.mark.parametrize(
    ("text", "old", "new", "refusal"),
    [
        (SYSTEMS, "team: platform", "team: nowhere", "b.yaml:8: Team nowhere does not exist."),
        (SYSTEMS, "[search]", "[search, nothing]", "b.yaml:13: System nothing does not exist."),
        (SYSTEMS, "ben@example.org}", "eve@example.org}", "b.yaml:12: User eve@example.org does"),
        (SYSTEMS, "responsible-ai", "vibes", "b.yaml:12: spec.owners.vibes: must be one of:"),
        (SYSTEMS, "tier: 1", "tier: 9", "b.yaml:6: spec.tier must be less than or equal to 4."),
        (SYSTEMS, "tier: 1", "tier: '1'", "b.yaml:6: spec.tier must be a whole number."),
        (SYSTEMS, "kind: rag, ", "kind: rag, dependsOn: [search], x: &a [*a], ", "b.yaml:"),
        (ON_CALL, "handoff: 09:00", "handoff: 9am", "b.yaml:10: spec.rotations[0].handoff: write"),
        (ON_CALL, "09:00:00+01:00", "09:00:00", "b.yaml:9: spec.rotations[0].starts: write a"),
        (ON_CALL, "shiftLength: 1w", "shiftLength: 1y", "b.yaml:11: spec.rotations[0].shiftLen"),
        (ON_CALL, "ben@example.org, ada", "eve@example.org, ada", "b.yaml:8: User eve@example.org"),
        (ON_CALL, "ends: 2025-02-02", "ends: 2025-01-02", "b.yaml:15: spec.overrides[0].ends: An"),
        (ON_CALL, "after: 5m", "after: soon", "b.yaml:25: spec.steps[1].after: write a duration"),
        (ON_CALL, "after: 5m", "after: -5", "b.yaml:25: spec.steps[1].after must be greater"),
        (ON_CALL, "{schedule: primary}", "{}", "b.yaml:24: spec.steps[0].targets[0]: name exactly"),
        (ON_CALL, "{schedule: primary}", "{schedule: none}", "b.yaml:24: Schedule none does not"),
    ],
)
def test_a_wrong_value_or_name_is_refused_with_its_line(
    text: str, old: str, new: str, refusal: str
) -> None:
    assert old in text
    others = {SYSTEMS: ON_CALL, ON_CALL: SYSTEMS}[text]
    lines = refused(PEOPLE, text.replace(old, new, 1), others)
    assert any(line.startswith(refusal) for line in lines), lines
    assert not ManagedDocument.objects.exists()


def alert(old: str, new: str) -> list[str]:
    assert old in ALL
    return refused(ALL.replace(old, new, 1))


def test_alert_documents_are_checked_where_they_stand() -> None:
    assert "spec.match[0]:" in alert("""'severity="critical"'""", """'severity==="x"'""")[0]
    assert "spec.causeHint:" in alert("drift.covariate", "drift.of-thought")[0]
    assert "spec.mapping" in alert("mapping: {title: name", "mapping: {nope: name")[0]
    assert "spec.format" in alert("format: alertmanager", "format: carrier-pigeon")[0]
    assert "spec.scopes[0]: must be one of" in alert("[metrics, read]", "[root, read]")[0]


def test_all_mistakes_are_told_at_once() -> None:
    lines = refused(USER + "  x: 1\n  role: boss\n", user(kind="kind: Nothing"))
    assert [line.split(" ")[0] for line in lines] == ["a.yaml:7:", "a.yaml:8:", "b.yaml:2:"]


def test_two_fallback_policies_are_refused() -> None:
    text = PEOPLE + "---\n" + ON_CALL
    policy = text.split("---\n")[-1].replace("name: default", "name: second")
    lines = refused(text + "---\n" + policy)
    assert any("This cannot be kept as it is written: fallback." in line for line in lines)


# -- secrets ---------------------------------------------------------------------------------


def test_a_secret_in_the_file_is_refused_and_not_repeated() -> None:
    (line,) = refused(USER + "  password: hunter2hunter2\n")
    assert line == "a.yaml:7: spec.password is taken from the environment only: ${NAME}."


def test_a_variable_that_is_not_set_is_named() -> None:
    (line,) = refused(USER + "  password: ${ADA_PASSWORD}\n", env={"ADA_PASSWORD": ""})
    assert line == "a.yaml:7: The environment variable ADA_PASSWORD is not set."


def test_a_weak_secret_is_refused_without_showing_it() -> None:
    lines = refused(USER + "  password: ${P}\n", env={"P": "hunter2"})
    assert lines
    assert all(line.startswith("a.yaml:7: spec.password: ") for line in lines)
    assert "hunter2" not in "".join(lines)


def test_variables_elsewhere_are_not_replaced() -> None:
    (line,) = refused(USER + "  name: ${HOME}\n", env={"HOME": "/root"})
    assert line == "a.yaml:7: ${HOME} is not replaced here, only in: password."


def test_the_last_admin_cannot_be_made_a_viewer() -> None:
    apply(PEOPLE)
    lines = refused(PEOPLE.replace("role: admin", "role: viewer"))
    assert lines[0].startswith("a.yaml:4: spec.role: ")
