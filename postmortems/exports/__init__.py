"""A document for the outside: collected once, then written as Markdown, HTML, JSON or PDF.

What may leave is decided while it is collected (`collect`), never while it is written.
"""
