"""Flux: applied revisions as changes."""
