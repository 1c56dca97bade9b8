"""Ports: what the use cases ask of the outside, only where two real implementations exist."""
