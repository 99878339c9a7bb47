"""The one place where the rooms are wired."""


def wire() -> None:
    """Fill all registries."""
