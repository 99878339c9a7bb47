"""LIME: explanations as evidence on incidents."""
