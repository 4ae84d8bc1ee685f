"""Calling code that is not ours, in a turn: hooks, handlers, plans and strategies, each to nobody else's harm."""
