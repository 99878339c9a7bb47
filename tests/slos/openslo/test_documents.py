"""Documents come in as they were written and go out as they came in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.yaml import MAX_BYTES
from slos.openslo.checking import check
from slos.openslo.documents import KINDS, OpenSlo, read, write

FIXTURES = Path(__file__).parent / "fixtures"
WORDS = st.text("abc é:#'\"\n-{}[]%*&!|>?@`0129.~", max_size=12)
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers(-(10**12), 10**12) | st.floats(-1e6, 1e6) | WORDS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(WORDS, inner, max_size=3),
    max_leaves=12,
)


@pytest.mark.parametrize("name", ["every-kind", "sloppy"])
def test_what_was_read_is_written_and_read_again_unchanged(name: str) -> None:
    first = read((FIXTURES / f"{name}.yaml").read_bytes(), file=name)
    assert first.findings == []
    text = write(first.documents)
    again = read(text.encode(), file=name)
    assert again.documents == first.documents
    assert write(again.documents) == text


@given(st.sampled_from(KINDS), st.dictionaries(WORDS, VALUES, max_size=4))
def test_any_spec_makes_the_round_trip_without_loss(kind: str, spec: dict[str, Any]) -> None:
    body = {"apiVersion": "openslo/v1", "kind": kind, "metadata": {"name": "x"}, "spec": spec}
    found = read(write([OpenSlo(body)]).encode(), file="x")
    assert [dict(document.body) for document in found.documents] == [body]


@given(st.dictionaries(WORDS, VALUES, max_size=4), st.sampled_from(KINDS))
def test_any_spec_is_checked_without_breaking(spec: dict[str, Any], kind: str) -> None:
    body = {"apiVersion": "openslo/v1", "kind": kind, "metadata": {"name": "x"}, "spec": spec}
    for finding in check([OpenSlo(body, "x.yaml")], known=set()):
        assert finding.message.endswith(".")


def test_the_fixture_has_every_kind() -> None:
    found = read((FIXTURES / "every-kind.yaml").read_bytes(), file="x")
    assert {document.kind for document in found.documents} == set(KINDS)


def test_lists_of_documents_are_read_like_files_of_them() -> None:
    data = b"- {kind: Service, metadata: {name: a}}\n- {kind: Service, metadata: {name: b}}\n"
    found = read(data, file="x.yaml")
    assert [(document.name, document.line_of()) for document in found.documents] == [
        ("a", 1),
        ("b", 2),
    ]


@pytest.mark.parametrize(
    ("data", "message", "line"),
    [
        (b"a: [1", "Not readable as YAML", 1),
        (b"kind: SLO\n\tmetadata: x", "tab", 2),
        (b"just text", "must be a mapping", 1),
        (b"- 7\n- []\n", "must be a mapping", 1),
        (b"a: &x [*x]", "alias", 1),
        (b"a: !!python/object:os.system x", "not allowed", 1),
        (b"\xff\xfe\x00", "not UTF-8", 1),
        (b"a: " + b"[" * 100 + b"]" * 100, "levels deep", 1),
        (b"x" * (MAX_BYTES + 1), "larger than", 1),
    ],
)
def test_hostile_files_are_refused_with_their_line(data: bytes, message: str, line: int) -> None:
    found = read(data, file="bad.yaml")
    assert found.documents == []
    assert message in found.findings[0].message
    assert (found.findings[0].file, found.findings[0].line) == ("bad.yaml", line)
