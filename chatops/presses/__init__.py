"""One file an interaction: what a press of a button does. Listed in `registry`."""
