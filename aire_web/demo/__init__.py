"""The demo: Larkmoor's organisation (files under `demo/`) and its past. Only the first start."""
