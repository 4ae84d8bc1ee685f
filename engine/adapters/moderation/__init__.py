"""Moderators: who reads customers' messages before the agent does."""
