"""Stores: one schema and one set of statements, a folder per database."""
