"""The commands of the understudy console script, one module each."""
