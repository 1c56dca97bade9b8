"""Hashes of passwords and secrets, as the configuration holds them (design 6)."""

from __future__ import annotations

from argon2 import PasswordHasher

__all__ = ["hash_of"]


def hash_of(password: str) -> str:
    """Return the Argon2id hash in PHC text form, with a salt of its own; takes some 30 ms."""
    return PasswordHasher(time_cost=2, memory_cost=19456, parallelism=1).hash(password)
