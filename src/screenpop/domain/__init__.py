"""Rules of a contact centre, pure: no I/O, no clock, no randomness (design 2.1, 2.2)."""
