"""Tools in a turn: which are offered, what a model proposes, how values are checked, and how calls are made."""
