"""What can be wrong with a text with fields: apart from the rest, so that Jinja is imported where a text is read."""


class RenderError(Exception):
    """Why a template could not be rendered with the fields at hand. Control flow: it never leaves the engine."""


class Unreadable(Exception):
    """Why a template can't be read, and in which of its lines. Control flow: who reads it names the response."""

    def __init__(self, problem: str, *, line: int = 1) -> None:
        super().__init__(problem)
        self.problem = problem
        self.line = line
