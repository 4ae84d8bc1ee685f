"""Embedders: which texts mean about the same."""
