"""Evaluating an agent on cases: a message or a few, what should come of them, and the figures over all of them."""
