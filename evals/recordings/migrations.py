"""From older forms of a stored recording to the present one.

A change to the stored form that an older reader can't follow raises FORMAT by one and adds the step that leads there.
"""

from collections.abc import Callable, Mapping

from ...engine.domain.values import JSON

FORMAT = 1
"""The version of the stored form."""

Migration = Callable[[dict[str, JSON]], dict[str, JSON]]

MIGRATIONS: dict[int, Migration] = {}
"""For a version, what makes an entry of it one of the next."""


class NoWayError(ValueError):
    """An entry of a version that can't be read here; its text says what to do."""


def migrated(stored: Mapping[str, JSON]) -> dict[str, JSON]:
    """An entry in the present form. Raises NoWayError for one of a newer version, of none, or of one given up."""
    version: JSON = stored.get("format")
    entry = dict(stored)
    if not isinstance(version, int) or isinstance(version, bool):
        raise NoWayError(f"recorded in format {version!r}; this Understudy reads format {FORMAT}: record again")
    if version > FORMAT:
        raise NoWayError(about_newer(version))
    for number in range(version, FORMAT):
        if number not in MIGRATIONS:
            raise NoWayError(f"recorded in format {version}; this Understudy reads format {FORMAT}: record again")
        entry = {**MIGRATIONS[number](entry), "format": number + 1}
    return entry


def about_newer(version: int) -> str:
    """What to do with an entry of a newer version."""
    return (
        f"recorded in format {version} by a newer Understudy; this one reads format {FORMAT}: "
        "upgrade Understudy, or record again"
    )
