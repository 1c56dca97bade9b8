"""Buses: hints within one process, or between several."""
