"""Public test doubles: for our own tests and for those of programs built on screenpop."""
