"""Journeys on the move: where a graph may go next, and where journeys stand in the middle of a turn."""
