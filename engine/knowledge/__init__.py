"""What an agent knows beside its guidelines: the values of variables, how long they are good, and what lies near."""
