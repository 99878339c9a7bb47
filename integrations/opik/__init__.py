"""Opik alerts; its prompts as changes."""
