"""Playing rules through on what was measured. Pure; months made of chance are in `bench`."""
