"""Putting decisions to a model: readable ids, what prompts may know, how long they get, and what they must not show."""
