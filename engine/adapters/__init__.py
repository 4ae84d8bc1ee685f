"""Implementations of the engine's ports."""
