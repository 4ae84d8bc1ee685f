"""Stores: where sessions, customers and values of variables are kept."""
