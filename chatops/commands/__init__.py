"""One file a command: how it is written, and which service it calls. Listed in `registry`."""
