"""Telephone lines: the simulated network, and real PBXs."""
