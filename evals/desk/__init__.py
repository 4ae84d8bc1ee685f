"""At the desk: talking to an agent in a terminal, and keeping what was said as a scenario."""
