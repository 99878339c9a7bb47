"""What can go wrong with AI: classes, causes, facets, external codes."""
