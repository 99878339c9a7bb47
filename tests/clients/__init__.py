"""The Python client and the examples, against a running server."""
