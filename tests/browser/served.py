"""The name of every route that Django serves."""

from __future__ import annotations

from collections.abc import Iterator

from django.urls import URLPattern, URLResolver, get_resolver

PROTOCOLS = {"v2/", "api/v2/"}
"""Addresses of other systems' protocols: programs call them."""


def served() -> Iterator[str]:
    """The name of every route, with its namespaces; the API is not for browsers."""
    yield from _names(get_resolver(), "")


def _names(resolver: URLResolver, namespace: str) -> Iterator[str]:
    for pattern in resolver.url_patterns:
        if isinstance(pattern, URLPattern):
            yield f"{namespace}{pattern.name or pattern.pattern}"
        elif pattern.namespace != "api" and str(pattern.pattern) not in PROTOCOLS:
            inner = f"{pattern.namespace}:" if pattern.namespace else ""
            yield from _names(pattern, namespace + inner)
