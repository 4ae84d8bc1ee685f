"""Names at the front door that other packages bring: found by the entry-point group `understudy.extensions`."""

from typing import Any

GROUP = "understudy.extensions"


def extension(name: str, *, module: str) -> Any:
    """What a package brings under a name of the module. Raises AttributeError where none does."""
    from importlib.metadata import entry_points  # what is installed is looked through when a name is asked for

    found = () if name.startswith("_") else entry_points(group=GROUP, name=name)
    for entry in found:
        return entry.load()
    raise AttributeError(f"module {module!r} has no attribute {name!r}")
