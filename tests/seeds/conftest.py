"""The lines that a test asks for, out of the document that its file is about."""

import pytest

from .snippets import Range, Snippet, find_document


@pytest.fixture
def snippet(request: pytest.FixtureRequest) -> Snippet:
    """The lines named by `row(...)`, of the document whose prefix the test's module states as DOCUMENT."""
    lines: Range = request.param
    return lines.read(find_document(request.module.DOCUMENT))
