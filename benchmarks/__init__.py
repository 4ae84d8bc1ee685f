"""Measurements with their targets beside. They are run by `make bench` and never fail a build."""
