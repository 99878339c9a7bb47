"""Which links of outside text may be shown as links."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.urls import safe_href


@pytest.mark.parametrize(
    "href",
    [
        "https://runbooks.example.org/ai/groundedness",
        "http://prometheus.example:9090/graph?g0.expr=up&g0.tab=1#x",
        "HTTPS://Example.org",
        "http://[2001:db8::1]:9090/",
        "https://grafana.example/d/a?from=now-1h&matcher=alertname%3Dx",
        "https://user-guide.example/@someone",
        "https://bücher.example/größe",
    ],
)
def test_absolute_web_addresses_are_links(href: str) -> None:
    assert safe_href(href) == href


@pytest.mark.parametrize(
    "href",
    [
        "",
        "javascript:alert(1)",
        "JaVa\tscript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "ftp://example.org/",
        "file:///etc/passwd",
        "//evil.example",
        "/\\evil.example",
        "https:evil.example",
        "https:///path",
        "https://",
        "https://:80/",
        "http://user@evil@good.example",
        "https://good.example@evil.example/",
        "https://good.example\\@evil.example",
        "https://good.example\n.evil.example",
        " https://example.org",
        "https://exa mple.org",
        "https://example.org/\0",
        "https://example.org/\u202egnp.exe",
        "https://example.org:99999/",
        "https://example.org:abc/",
        "https://[::1",
        'https://example.org/"onmouseover="x',
        "https://example.org/<script>",
        "https://example.org/\ud800",
        "https://example.org/" + "x" * 2048,
        "relative/path",
    ],
)
def test_everything_else_is_text(href: str) -> None:
    assert safe_href(href) is None


@given(st.text())
def test_no_text_raises(text: str) -> None:
    for value in (text, f"https://{text}", f"https://example.org/{text}"):
        assert safe_href(value) in (None, value)
