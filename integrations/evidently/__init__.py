"""Evidently: reports on drift, data quality and model quality."""
