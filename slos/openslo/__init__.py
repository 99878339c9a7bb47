"""OpenSLO v1: read, check, understand and write. No database; rows are made in `slos.manifest`."""
