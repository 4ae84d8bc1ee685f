"""What is written down of a turn while it is played: the lines of its log, its audit, its times."""
