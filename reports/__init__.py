"""Pages made of results: trends, behaviour diffs and coverage."""
