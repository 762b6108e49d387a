"""What comes to the shelf of a drawing that leaves the paper: as it was before erasers, with its page."""

from __future__ import annotations

from dataclasses import replace

from app.drawing.paper.snapshot import Sheet, Snapshot


class LeafedSheet:
    """The page of several drawings through which somebody leafs: its parts do not come to the shelf."""

    def __init__(self) -> None:
        self._sheet: Sheet | None = None

    def note(self, before: Snapshot, after: Snapshot) -> None:
        """Note if a drawing of a page, or all of it, took the place of what lay there of that page."""
        if before.sheet is not None and before.sheet is after.sheet:
            self._sheet = before.sheet

    def page_of(self, snapshot: Snapshot) -> Snapshot | None:
        """Return the page that was leafed through to come to this part of it; None where there is none."""
        picture = snapshot.picture
        sheet = None if picture is None else picture.sheet
        if sheet is None or sheet is not self._sheet or picture is sheet.pictures[0]:
            return None
        return snapshot.with_picture_alone(sheet.pictures[0])


def whole(snapshot: Snapshot, after: Snapshot, *, found: Snapshot, most: int) -> Snapshot:
    """Return a drawing as it was before erasers took it, or as the shelf has it, where that is later.

    Args:
        snapshot: the last that was left of it.
        after: the paper without it.
        found: the newest paper for which photos were taken.
        most: how many of its strokes the shelf has.
    """
    if after.is_blank and after.whole is not None and not snapshot.is_blank:
        return found if found.whole is after.whole else replace(snapshot, strokes=after.whole)
    if not after.rubbed_out:
        return snapshot
    before = snapshot.before_erasing()
    return replace(before, strokes=snapshot.strokes[:most]) if most > len(before.strokes) else before
