"""What is written down of a turn while it is played: its log, its audit, its times."""
