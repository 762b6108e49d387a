"""Starts Qt as the program would, in a process of its own, which Qt may abort."""

from collections.abc import Sequence


def main(arguments: Sequence[str]) -> int:
    """Return 0 if Qt starts here; where it does not, it ends the process otherwise."""
    from PySide6.QtGui import QGuiApplication

    return 0 if QGuiApplication(["ffmln", *arguments]) else 1
