"""SQLite, the embedded default: one writer thread, many commands per commit (design 2.3)."""
