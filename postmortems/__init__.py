"""Postmortems: templates, the document, its review, follow-up actions, regulatory clocks."""
