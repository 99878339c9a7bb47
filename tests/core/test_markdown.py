"""Markdown is shown as people mean it, and nothing else gets through."""

from __future__ import annotations

import time
from html.parser import HTMLParser
from typing import Any

import pytest
from django.utils.safestring import SafeString
from hypothesis import given
from hypothesis import strategies as st

from core import markdown
from core.markdown import render

ALLOWED = {
    "a": {"href", "title", "rel"}, "ol": {"start"}, "th": {"align"}, "td": {"align"},
    **{tag: set() for tag in (
        "blockquote", "br", "code", "em", "hr", "li", "p", "strong", "ul",
        "tbody", "thead", "tr", "h1", "h2", "h3", "h4", "h5", "h6")},
    "pre": {"tabindex"}, "table": {"tabindex"},
}  # fmt: skip


class Reader(HTMLParser):
    """Collects every tag with its attributes, as a browser would see them."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""
        self.feed(html)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data

    def links(self) -> list[Any]:
        return [attributes.get("href") for tag, attributes in self.tags if tag == "a"]


def checked(text: str) -> Reader:
    html = render(text)
    assert isinstance(html, SafeString)
    assert "<!--" not in html
    assert "<?" not in html
    reader = Reader(html)
    for tag, attributes in reader.tags:
        assert set(attributes) <= ALLOWED.get(tag, set()), tag
        assert tag in ALLOWED
        if href := attributes.get("href"):
            assert href.lower().startswith(("http://", "https://", "mailto:"))
            assert attributes["rel"] == "noopener nofollow"
    return reader


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("**bold** and *soft*", "<p><strong>bold</strong> and <em>soft</em></p>"),
        ("```python\nif a < b:\n```", '<pre tabindex="0"><code>if a &lt; b:\n</code></pre>'),
        ("1. one\n2. two", "<ol>\n<li>one</li>\n<li>two</li>\n</ol>"),
        ("> said", "<blockquote>\n<p>said</p>\n</blockquote>"),
        ("# Title", "<h1>Title</h1>"),
        ("a & b < c", "<p>a &amp; b &lt; c</p>"),
        ("", ""),
    ],
)
def test_markdown_reads_as_it_is_meant(text: str, html: str) -> None:
    assert render(text) == html


def test_a_table_keeps_its_alignment() -> None:
    reader = checked("a | b\n:-- | --:\n1 | 2")
    assert ("td", {"align": "right"}) in reader.tags


@pytest.mark.parametrize(
    ("text", "href"),
    [
        ("[runbook](https://wiki.test/a?b=1&c=2#d)", "https://wiki.test/a?b=1&c=2#d"),
        ("see https://wiki.test/a_b_c, please", "https://wiki.test/a_b_c"),
        ("(https://wiki.test/a)", "https://wiki.test/a"),
        ("<https://wiki.test/>", "https://wiki.test/"),
        ("[mail](mailto:lead@aire.test)", "mailto:lead@aire.test"),
        ("![chart](https://img.test/x.png)", "https://img.test/x.png"),
    ],
)
def test_whole_addresses_become_links(text: str, href: str) -> None:
    assert checked(text).links() == [href]


def test_a_bare_address_in_code_stays_code() -> None:
    assert checked("`https://wiki.test/`").links() == []


INERT_LINKS = [
    "[x](javascript:alert(1))",
    "[x](JaVa&#9;script:alert(1))",
    "[x](java\tscript:alert(1))",
    "[x](&#106;avascript:alert(1))",
    "[x](vbscript:msgbox)",
    "[x](data:text/html;base64,PHNjcmlwdD4=)",
    "<javascript:alert(1)>",
    "[x][r]\n\n[r]: javascript:alert(1)",
    "[x](//evil.test)",
    "[x](/\\evil.test)",
    "[x](https:evil.test)",
    "[x](http://user@evil.test/)",
    "[x](http://good.test\\@evil.test)",
    "[x](/incidents/INC-1/)",
    "[x](ftp://evil.test)",
    "[x](file:///etc/passwd)",
    "[x](http://)",
    "[x](http://[)",
    "[x](mailto://evil.test)",
    "[x](blob:https://evil.test/1)",
]


@pytest.mark.parametrize("text", INERT_LINKS)
def test_any_other_link_is_inert(text: str) -> None:
    assert set(checked(text).links()) <= {None}


MARKUP = [
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg onload=alert(1)>",
    "<svg><foreignObject><script>alert(1)</script></foreignObject></svg>",
    '<svg><use href="data:image/svg+xml,x#y"></svg>',
    '<a href="javascript:alert(1)">x</a>',
    '<a href="data:text/html,x">x</a>',
    "![x](data:image/svg+xml;base64,PHN2Zz4=)",
    '![x](https://t.test/p.png "t\\" onerror=alert(1) x=\\"")',
    '[x](https://t.test "a\\" onmouseover=alert(1) \\"")',
    '<iframe srcdoc="<script>alert(1)</script>"></iframe>',
    "<math><mtext><table><mglyph><style><img src=x onerror=alert(1)></style></table></math>",
    "<style><style/><img src=x onerror=alert(1)></style>",
    '<noscript><p title="</noscript><img src=x onerror=alert(1)>"></noscript>',
    "<template><script>alert(1)</script></template>",
    '<form action="https://evil.test"><input name=submit></form>',
    '<base href="https://evil.test/">',
    '<meta http-equiv=refresh content="0;url=https://evil.test">',
    '<link rel=import href="https://evil.test">',
    '<div hx-get="/api/" hx-trigger=load>x</div>',
    '<div hx-on:load="alert(1)">x</div>',
    '<div data-hx-trigger="load">x</div>',
    '<input id=csrfmiddlewaretoken name="csrfmiddlewaretoken">',
    "<p name=submit>x</p>",
    '<p class="button button-danger">x</p>',
    '<p style="position:fixed;inset:0">x</p>',
    '<a href="https://evil.test" target=_blank>x</a>',
    "![pixel](https://tracker.test/p.gif?u=1)",
    '```mermaid\nclick A "javascript:alert(1)"\n```',
    "```\n</code><script>alert(1)</script>\n```",
    "`</code><script>alert(1)</script>`",
    "<!-- <script>alert(1)</script> -->",
    "<![CDATA[<script>alert(1)</script>]]>",
    "<?php echo 1 ?>",
    "&lt;script&gt;alert(1)&lt;/script&gt;",
    "{: onclick=alert(1) }",
    "# x {#csrfmiddlewaretoken}",
    "\x02wzxhzdk:0\x03 \x02amp\x03 STX",
]


@pytest.mark.parametrize("text", MARKUP + INERT_LINKS)
def test_no_markup_but_the_allowed_gets_through(text: str) -> None:
    for placed in (text, f"> - {text}", f"a | b\n-|-\n{text} | x", f"*{text}*", f"[{text}][r]"):
        checked(placed)


def test_raw_html_is_shown_as_the_text_it_is() -> None:
    assert checked("<script>alert(1)</script>").text == "<script>alert(1)</script>"


@given(st.text(alphabet="<>[]()!`*_~#|:-=\\\"'&; \n\tax1/@.", max_size=300))
def test_no_text_at_all_breaks_it_or_gets_through(text: str) -> None:
    checked(text)


@given(st.text(max_size=200))
def test_any_characters_are_survived(text: str) -> None:
    checked(text).text.encode()


SLOW = {
    "10,000 nested quotes": "> " * 10_000 + "x",
    "5,000 open brackets": "[" * 5_000,
    "a megabyte of stars": "*" * 1_000_000,
    "10,000 columns": "\n".join(mark.join("|" * 10_000) for mark in "a-b"),
    "open links": "[a](" * 50_000,
    "open images": "![" * 100_000,
    "open tags": "<a " * 66_000,
    "open addresses": "<http://" * 25_000,
    "stars and letters": "a*" * 100_000,
    "backslashes": "\\" * 200_000,
    "entities": "&amp;" * 40_000,
    "headings": "# h\n" * 50_000,
    "rules": "---\n" * 50_000,
    "underlined": "a\n===\n" * 30_000,
    "nested lists": "".join("    " * depth + "- x\n" for depth in range(250)),
    "fences": "```\n" * 50_000,
    "rows": "a|b\n-|-\n" + "a|b\n" * 40_000,
    "items": "- x\n" * 50_000,
    "ticks": "".join("`" * length + "x" for length in range(600)),
    "just open enough": "[" * 1_990,
    "just headings enough": "# h\n" * 2_200,
    "just rows enough": "a|b\n-|-\n" + "a|b\n" * 9_900,
}


@pytest.mark.parametrize("name", SLOW)
def test_a_text_built_to_be_slow_is_not(name: str) -> None:
    started = time.process_time()
    checked(SLOW[name])
    assert time.process_time() - started < 3


def test_a_tangled_text_is_shown_whole_as_plain_text() -> None:
    text = "[" * 5_000 + "<b>"
    assert render(text) == f'<pre tabindex="0">{"[" * 5_000}&lt;b&gt;</pre>'


def test_a_long_log_in_a_fence_is_not_called_tangled() -> None:
    lines = "\n".join(f"# {n} [ERROR] <x> (a" for n in range(5_000))
    assert not markdown.is_tangled(f"Seen:\n\n```\n{lines}\n```\n")


def test_a_long_honest_document_is_not_called_tangled() -> None:
    part = (
        "## What happened\n\nThe `eval` of *model* [v3](https://x.test) fell (see below).\n\n" * 4
    )
    rows = "a | b\n-|-\n" + "one | two\n" * 30
    assert not markdown.is_tangled((part + rows + "\n- item\n- item\n\n") * 100)


def test_what_is_beyond_the_limit_is_cut_and_says_so() -> None:
    html = render("word " * 60_000)
    assert len(html) < markdown.MAX_CHARACTERS + 100
    assert html.endswith("<p>…</p>")
