"""Triage by failure class: checks, mitigations, evidence to secure, severity, onset, hypotheses."""
