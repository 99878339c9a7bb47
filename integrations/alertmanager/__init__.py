"""Alertmanager, and Prometheus when it sends to AIRE directly."""
