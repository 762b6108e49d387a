"""Pages with a drawing on them, and how far two of them agree."""

import cv2
import numpy as np
from PIL import Image, ImageDraw

from engine.preprocess import sketch_square

SIZE = 96
WIDE, HIGH = 420, 560


def house(size: tuple[int, int] = (WIDE, HIGH), ink: int = 30, width: int = 4) -> Image.Image:
    """Return a drawing on white paper."""
    page = Image.new("L", size, 255)
    brush = ImageDraw.Draw(page)
    brush.line(
        [(110, 380), (110, 230), (210, 150), (310, 230), (310, 380), (110, 380)], fill=ink, width=width
    )
    brush.ellipse((180, 260, 250, 330), outline=ink, width=width)
    brush.line([(110, 230), (310, 230)], fill=ink, width=width)
    return page


def ruled(
    page: Image.Image, *, squares: bool = False, slope: float = 0.0, colour=(140, 170, 225), width: int = 2
):
    """Return the page with lines printed under what is drawn on it."""
    paper = Image.new("RGB", page.size, "white")
    brush = ImageDraw.Draw(paper)
    for start in range(-80, max(page.size) + 80, 22):
        brush.line((0, start, page.width, start + slope * page.width), fill=colour, width=width)
        if squares:
            brush.line((start, 0, start - slope * page.height, page.height), fill=colour, width=width)
    return Image.fromarray(np.minimum(np.asarray(paper), np.asarray(page.convert("RGB"))))


def agreement(one: Image.Image, other: Image.Image) -> float:
    """Return the share of ink, the lesser of both ways, that lies at most 3 of 96 pixels from the other's."""
    inks = [np.asarray(sketch_square(image, SIZE)) < 128 for image in (one, other)]
    if not (inks[0].any() and inks[1].any()):
        return 0.0
    near = [cv2.dilate(ink.astype(np.uint8), np.ones((7, 7), np.uint8)) > 0 for ink in inks]
    return float(min((inks[0] & near[1]).sum() / inks[0].sum(), (inks[1] & near[0]).sum() / inks[1].sum()))
