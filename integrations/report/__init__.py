"""A person says that something is wrong."""
