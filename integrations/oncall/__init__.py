"""The addresses and the formatted webhook that Grafana OnCall had."""
