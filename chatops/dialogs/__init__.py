"""One file a dialog: its fields, how it is opened, and which service takes it. Listed in
`registry`."""
