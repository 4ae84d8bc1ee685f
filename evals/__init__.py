"""Scenarios, recordings, verdicts and results: the harness around the engine."""
