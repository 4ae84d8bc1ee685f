"""What code that is not ours is written against: hooks, plans, policies, and what they may see of a turn."""
