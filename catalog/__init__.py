"""AI systems: owners by discipline, dependencies, changes."""
