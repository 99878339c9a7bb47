"""OpenTelemetry: metrics, traces and logs over OTLP/HTTP, with the GenAI conventions."""
