"""Outcomes stored as rows: one schema, one writer, typed queries."""
