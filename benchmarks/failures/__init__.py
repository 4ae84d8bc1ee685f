"""The gallery of failures: scenarios that fail on purpose, one for each thing that can be expected."""
