"""Paper and photos side by side, and the border between them."""

from __future__ import annotations

from PySide6.QtWidgets import QSplitter, QWidget

from app.actions import Actions

_STEP = 40  # pixels that the border moves at one press of a key


class Sides(QSplitter):
    """Two sides whose border the pointer drags, and two commands move."""

    def __init__(self, paper: QWidget, photos: QWidget, actions: Actions) -> None:
        super().__init__()
        for place, (widget, share) in enumerate(((paper, 2), (photos, 3))):
            self.addWidget(widget)
            self.setStretchFactor(place, share)
        self.setChildrenCollapsible(False)
        self.setSizes([600, 760])
        actions.wider_paper.triggered.connect(lambda: self._move(_STEP))
        actions.wider_photos.triggered.connect(lambda: self._move(-_STEP))

    def _move(self, by: int) -> None:
        """Move the border as far as both sides allow."""
        self.moveSplitter(self.handle(1).x() + by, 1)
