"""Readiness reviews: is a system fit for production, and on what evidence."""
