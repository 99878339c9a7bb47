"""Benchmarks: the real program, measured beside its limits in the same run."""
