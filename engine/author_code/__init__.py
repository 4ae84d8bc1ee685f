"""Code that is not ours, run in a turn: hooks, handlers, plans and policies, what they see, and their guard."""
