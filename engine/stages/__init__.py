"""The steps of a turn: each file holds one function that takes a turn and gives back a new one."""
