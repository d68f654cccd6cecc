"""Measurements: each is a command that prints a ratio against something else in the same run."""
