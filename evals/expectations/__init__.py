"""What a scenario may expect, how that is held against traces, and why it was not so."""
