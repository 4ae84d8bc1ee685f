"""Texts with fields in them: the part of Jinja that they may use, what bounds them, and their rendering."""
