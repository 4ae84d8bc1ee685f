"""Model answers kept on disk, their keys, and the explanation of a miss."""
