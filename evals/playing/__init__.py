"""Playing scenarios: the model, the tools and the clock of a trial, step by step to an outcome."""
