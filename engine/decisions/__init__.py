"""Every question put to a model: one constant each, with its template (.j2) and its examples (.yaml) beside it."""
