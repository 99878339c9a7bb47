"""Fairlearn: fairness reports as evidence on incidents."""
