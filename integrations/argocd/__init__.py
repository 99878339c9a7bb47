"""Argo CD: synced applications as changes."""
