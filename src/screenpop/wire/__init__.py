"""The exact public shapes (contract): pure functions, no I/O, no clock, no randomness."""
