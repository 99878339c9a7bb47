"""Live pages: the stream of ticks that tells open pages what to ask for again."""
