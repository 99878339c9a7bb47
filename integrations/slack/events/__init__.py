"""Events of the Events API: one file each. `wanted` says which are taken, `registry` who takes
them."""
