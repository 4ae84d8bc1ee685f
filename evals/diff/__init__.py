"""Run against run: the first decision that differs, and what is behind it."""
