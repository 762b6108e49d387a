"""What the network sees, defined once for training, indexing and search.

Needs numpy and Pillow alone; photographs of drawings, and they alone, also OpenCV.
"""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageOps

from engine.paper.printed import is_ruled
from engine.paper.tones import eight_bit, in_grey
from engine.sketches.drawing import Stroke, fit_to_paper, rasterise
from engine.sketches.finished import Finished
from engine.sketches.ink_box import FAINTEST, INK, ink_box
from engine.sketches.ink_tone import (
    CUT,
    MOST_CHALK,
    edge_share,
    has_clear_paper,
    is_light_on_clear,
    is_light_on_dark,
    is_shape_on_white,
    quantile,
)

MARGIN = 0.06
"""Paper left around the ink, as a share of the picture's side."""

LINE_WIDTH = 0.014
"""Line width of a stroke drawing as the network sees it, as a share of the side: about 3 pixels of 224."""

STROKE_CANVAS = 256
"""Side of the picture a stroke drawing is painted on, before it is fitted to the network's input, pixels."""

_PLAIN = ("L", "LA", "RGB", "RGBA")
_CLEAN = "drawn here"  # key in a picture's info
DARK = "dark on white"
"""Key in a picture's info: its ink is dark, for certain, see `as_clean`."""

_LIGHT = "light on black"
"""Key in a page's info: its ink is light, for certain, and its clear paper was made black."""

_FLAT = 0.6  # share of a clean picture that has its paper's tone
_SHADED = 0.06  # share of it that is darker than the paper, and lighter than ink
_SHEET = 0.3  # share of a picture that a sheet cut out of its photograph takes up at least
_FLAT_TONES = 8  # that make up most of anything drawn
_NEARLY_ALL = 0.9  # of a drawing's side: if erasers left so much, it is not fitted anew
_LARGEST_SIDE = 1024  # larger sketches are reduced first; the network's input is far smaller


def render_strokes(
    strokes: Sequence[Stroke], *, line_width: float = LINE_WIDTH, finished: Finished | None = None
) -> Image.Image:
    """Paint a stroke drawing as the network is to see it: fitted to the paper, in one line width.

    Args:
        strokes: in drawing order.
        line_width: a share of the side.
        finished: what is painted already of a drawing that goes on; the pixels are the same without.

    Returns:
        A greyscale picture of STROKE_CANVAS pixels a side, to be given to `sketch_square`.
    """
    finished = finished or Finished()
    picture = finished.rasterise_fitted(strokes, STROKE_CANVAS, margin=MARGIN, line_width=line_width)
    if any(stroke.eraser for stroke in strokes):
        paper = fit_to_paper(strokes, margin=MARGIN)
        if (box := _box_left(picture, line_width)) is not None:
            paper = fit_to_paper(paper, margin=MARGIN, box=box)
            picture = rasterise(paper, STROKE_CANVAS, line_width=line_width)
        elif picture.getextrema() == (255, 255):  # of thick lines, but for their middle
            picture = rasterise(paper, STROKE_CANVAS)
    return as_clean(picture, is_dark=True)


def _box_left(picture: Image.Image, line_width: float) -> tuple[float, float, float, float] | None:
    """Return where the centre lines lie that erasers left, in paper sides; None if that is nearly all."""
    ink = picture.point(lambda tone: 255 if tone < INK else 0).getbbox()
    if ink is None:
        return None
    half = line_width / 2
    left, top, right, bottom = (place / picture.width for place in ink)
    box = left + half, top + half, max(right - half, left + half), max(bottom - half, top + half)
    side = max(box[2] - box[0], box[3] - box[1])
    return box if side < _NEARLY_ALL * (1 - 2 * MARGIN) else None


def as_clean(image: Image.Image, *, is_dark: bool = False) -> Image.Image:
    """Mark a picture as one that needs no cleaning, however much of it is ink; return it.

    With `is_dark` its ink is dark, for certain: then it is never taken for light lines on dark ground.
    """
    image.info[_CLEAN] = True
    if is_dark:
        image.info[DARK] = True
    return image


def sketch_page(image: Image.Image) -> Image.Image:
    """Return a sketch in grey, what is transparent in it as paper: white, or black under light lines."""
    return _page(plain(image))


def plain(image: Image.Image) -> Image.Image:
    """Return the picture in 8 bits a channel and in a mode that every operation here knows."""
    if image.mode.startswith(("I", "F")):
        return eight_bit(image)
    if image.mode in ("P", "PA") or (image.mode not in ("RGBA", "LA") and "transparency" in image.info):
        return image.convert("RGBA" if image.mode == "PA" or "transparency" in image.info else "RGB")
    return image if image.mode in _PLAIN else image.convert("RGB")


def on_white(image: Image.Image) -> Image.Image:
    """Return the picture with its transparent parts white; an opaque one as it is."""
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        layer = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", layer.size, "white"), layer)
    return image


def sketch_square(image: Image.Image, size: int) -> Image.Image:
    """Return a sketch as the network sees it: dark ink on white, cropped to its ink, square, in grey.

    Takes any picture of a drawing: transparent or grey paper becomes white, light lines on a dark ground
    are inverted, faint lines and lines made faint by shrinking are darkened; photographs of paper are cleaned
    first (`clean_sketch`). A blank page stays blank.

    Args:
        image: any mode, any size.
        size: side of the result in pixels.
    """
    square = _ink_square(_tones(image)).resize((size, size), Image.Resampling.BILINEAR, reducing_gap=3.0)
    return _darken(square)


def clean_sketch(image: Image.Image) -> Image.Image:
    """Return a photographed drawing as a clean one: dark ink on white, in grey, the page straightened.

    Lamp, shadow, printed lines and what lies around the page go. A picture that is clean already, as any
    drawn on a screen, comes back as it is.
    """
    if _CLEAN in image.info:
        return image
    picture = plain(image)
    if is_clean(picture):
        return image
    from engine.paper.cleaning import clean_page  # loads OpenCV: the live drawing does without

    seen = picture.getchannel("A").getbbox() if picture.mode in ("RGBA", "LA") else None
    return as_clean(clean_page(on_white(picture if seen is None else picture.crop(seen))))


def dark_square(image: Image.Image) -> Image.Image:
    """Return a sketch in its own size as it is shown: dark on white, cropped to its ink, square, in grey.

    To `sketch_square` it is still the same sketch.
    """
    return as_clean(_ink_square(_tones(image)), is_dark=True)


def compact_sketch(image: Image.Image) -> Image.Image:
    """Return a sketch cleaned, in grey and no larger than it is looked at: it is seen as before, sooner."""
    page = sketch_page(clean_sketch(image))
    return as_clean(page.reduce(-(-max(page.size) // _LARGEST_SIDE)))


def drawings_on(image: Image.Image) -> list[Image.Image]:
    """Return the drawings of a page that holds several, one by one, dark on white, in the order of reading.

    Returns:
        Two to six pictures of the page's proportions; none where all of it is one drawing, as in doubt.
    """
    from engine.paper.drawings import find_drawings  # loads OpenCV: the live drawing does without

    tones = _tones(image)
    parts = [np.where(part, tones, 255).round().astype(np.uint8) for part in find_drawings(tones < INK)]
    return [as_clean(Image.fromarray(part), is_dark=True) for part in parts]


def has_light_ink(sketch: Image.Image, page: Image.Image) -> bool:
    """Return whether the ink of a sketch is lighter than its paper.

    Args:
        sketch: the sketch, as it came.
        page: as `sketch_page` or `compact_sketch` has it.
    """
    if DARK in sketch.info or DARK in page.info:
        return False
    return _LIGHT in page.info or is_light_on_dark(page, page.histogram())


def has_ink(image: Image.Image) -> bool:
    """Return whether anything is drawn on this picture, in the sense of `sketch_square`."""
    return float(255 - _tones(image).min()) >= FAINTEST


def photo_square(image: Image.Image, size: int) -> Image.Image:
    """Return a photo as the network sees it: whole, in colour, on white, squeezed to `size` pixels a side."""
    return (
        on_white(plain(image))
        .convert("RGB")
        .resize((size, size), Image.Resampling.BILINEAR, reducing_gap=2.0)
    )


def batch(
    squares: Sequence[Image.Image], *, mean: Sequence[float], std: Sequence[float]
) -> NDArray[np.float32]:
    """Stack square pictures of one size into the network's input.

    Args:
        squares: n pictures, all size x size; grey ones are repeated over the three channels.
        mean: three numbers, subtracted from tones of 0 to 1.
        std: three numbers, the result is divided by.

    Returns:
        (n, 3, size, size) float32.
    """
    pixels = np.stack([np.asarray(square.convert("RGB")) for square in squares])
    tones = np.ascontiguousarray(pixels.transpose(0, 3, 1, 2)).astype(np.float32)
    tones /= 255  # in place, a channel's pixels in a row: a fifth of the time
    tones -= np.asarray(mean, np.float32)[:, None, None]
    tones /= np.asarray(std, np.float32)[:, None, None]
    return tones


def _tones(image: Image.Image) -> NDArray[np.float32]:
    """Return a sketch's tones, (height, width): paper at 255, ink dark, whatever they were."""
    page = compact_sketch(image)
    tones, counts = np.asarray(page, dtype=np.float32), page.histogram()
    if has_light_ink(image, page):
        tones, counts = 255 - tones, counts[::-1]
    paper = max(quantile(counts, 0.9), 1.0)
    full: NDArray[np.float32] = np.minimum(tones * (255 / paper), 255)
    darkest = float(full.min())
    if INK <= darkest <= 255 - FAINTEST:  # all of the ink is faint
        full = (full - darkest) * (255 / (255 - darkest))
    return full


def is_clean(picture: Image.Image) -> bool:
    """Return whether a plain picture has paper of one tone: no photograph has, whatever lies on the page."""
    if picture.mode in ("RGBA", "LA"):
        if has_clear_paper(picture.getchannel("A")):
            return not _is_cut_out(picture)
        picture = on_white(picture)  # round corners, or a window's shadow
    grey = picture.convert("L")
    counts = grey.histogram()
    paper = max(range(256), key=counts.__getitem__)
    edge = edge_share(grey, paper)
    total, is_light = grey.width * grey.height, paper >= 128
    if not is_light and is_shape_on_white(grey, counts):
        return True
    if not is_light:  # light on dark, unless it is a dim page, or a sheet on a dark table
        lines = sum(counts[paper + FAINTEST :])
        darker = sum(counts[: max(paper - FAINTEST, 0)])
        if darker > lines or lines > MOST_CHALK * total or counts[paper] < _FLAT * total:
            return False
        counts, paper = counts[::-1], 255 - paper
    shaded = sum(counts[int(0.6 * paper) : max(paper - 2, 0)])
    is_flat = sum(counts[max(paper - 2, 0) :]) >= _FLAT * total and shaded <= _SHADED * total
    return is_flat and edge <= CUT and not is_ruled(grey if is_light else ImageOps.invert(grey), paper)


def _is_cut_out(picture: Image.Image) -> bool:
    """Return whether what is seen of a picture on clear ground is a photographed sheet, not a drawing."""
    seen = picture.getchannel("A").point(lambda alpha: 255 if alpha >= 128 else 0)
    counts = sorted(picture.convert("L").histogram(seen), reverse=True)
    total = sum(counts)
    most = total > _SHEET * picture.width * picture.height
    return most and sum(counts[:_FLAT_TONES]) < _FLAT * total


def _page(image: Image.Image) -> Image.Image:
    """Return a plain picture in grey, on white paper; on black if its ink would not show on white.

    Where the paper is clear, the page says in its info whether the ink is dark or light.
    """
    page = in_grey(on_white(image))
    if image.mode not in ("RGBA", "LA") or not has_clear_paper(image.getchannel("A")):
        return page
    is_light = is_light_on_clear(image, page)
    if is_light:
        black = Image.new("RGBA", image.size, "black")
        page = in_grey(Image.alpha_composite(black, image.convert("RGBA")))
    page.info[_LIGHT if is_light else DARK] = True
    return page


def _ink_square(tones: NDArray[np.float32]) -> Image.Image:
    """Crop to the ink, and centre it on a white square with MARGIN around it."""
    box = ink_box(tones)
    if box is not None:
        tones = tones[box[0] : box[1], box[2] : box[3]]
    height, width = tones.shape
    side = max(round(max(height, width) / (1 - 2 * MARGIN)), 2)
    page = np.full((side, side), 255, np.uint8)
    top, left = (side - height) // 2, (side - width) // 2
    page[top : top + height, left : left + width] = tones.round()
    return Image.fromarray(page)


def _darken(square: Image.Image) -> Image.Image:
    """Stretch the tones so that the darkest line is black, by four times at most."""
    ink = 255 - np.asarray(square, dtype=np.float32)
    darkest = float(ink.max())
    if darkest < FAINTEST:  # a blank page
        return square
    if darkest == 255:  # nothing to stretch
        return square
    ink *= min(255 / darkest, 4.0)
    return Image.fromarray((255 - ink).round().astype(np.uint8))
