"""Scenario files: YAML to scenarios, strictly, with every mistake at its place."""
