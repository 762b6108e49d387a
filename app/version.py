"""Which version of the program this is."""

from importlib.metadata import PackageNotFoundError, version


def program_version() -> str:
    """Return the installed version; "unknown" in a tree that was never installed."""
    try:
        return version("ffmln")
    except PackageNotFoundError:
        return "unknown"
