"""Grafana's unified alerting."""
