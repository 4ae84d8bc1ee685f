"""Relationships of guidelines, journeys and tags: what they let take part in a turn, and which must not be."""
