"""Prometheus and what speaks its HTTP API: asked for the numbers of indicators."""
