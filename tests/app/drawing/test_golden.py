"""The paper against pictures of it in golden/: what a person looked at once, and found right.

With FFMLN_GOLDEN=write in the environment they are written anew, to be looked at again.
"""

import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from app.drawing.loading import load_sketch, load_underlay
from app.drawing.saving import save_svg
from app.drawing.tools import Tool

GOLDEN = Path(__file__).parent / "golden"
SIDE = 240  # pixels of a picture
BLUR = 3  # pixels over which edges are smoothed alike, whichever Qt paints them
FARTHEST, MOST = 48, 0.002  # tones that a blurred pixel may differ by; the share of those that differ more


@pytest.fixture
def paper(canvas):
    """A paper of a known size, without its invitation or focus."""
    canvas.resize(SIDE + 2, SIDE + 2)
    canvas.clearFocus()
    canvas.set_pen_width(0.02)
    return canvas


def shown(canvas) -> np.ndarray:
    """The paper as it is on the screen, grey, (SIDE, SIDE) uint8."""
    QApplication.processEvents()
    shot = canvas.grab(canvas.area().toRect()).toImage().convertToFormat(QImage.Format.Format_Grayscale8)
    rows = np.frombuffer(bytes(shot.constBits()), np.uint8).reshape(shot.height(), shot.bytesPerLine())
    return rows[:, : shot.width()].copy()


def blurred(tones: np.ndarray) -> np.ndarray:
    """Means over BLUR x BLUR pixels, as floats."""
    windows = np.lib.stride_tricks.sliding_window_view(tones.astype(float), (BLUR, BLUR))
    return windows.mean(axis=(2, 3))


def looks_like(canvas, name: str) -> bool:
    tones, file = shown(canvas), GOLDEN / f"{name}.png"
    if os.environ.get("FFMLN_GOLDEN") == "write":
        GOLDEN.mkdir(exist_ok=True)
        Image.fromarray(tones).quantize(16).save(file, optimize=True)
    wanted = np.asarray(Image.open(file).convert("L"))
    if tones.shape != wanted.shape:
        return False
    return float((np.abs(blurred(tones) - blurred(wanted)) > FARTHEST).mean()) <= MOST


def circle(x: float, y: float, radius: float, events: int) -> list[tuple[float, float]]:
    angles = np.linspace(0, 2 * np.pi, events)
    return [(float(x + radius * np.cos(a)), float(y + radius * np.sin(a))) for a in angles]


def draw_two_things(hand) -> None:
    """A circle and, under it, a hook that looks different from the left and from the right."""
    hand.draw(*circle(0.3, 0.3, 0.14, 15))
    hand.draw((0.2, 0.6), (0.2, 0.85), (0.45, 0.85))


def choose_the_hook(canvas, hand) -> None:
    canvas.set_tool(Tool.LASSO)
    hand.draw((0.1, 0.52), (0.55, 0.52), (0.55, 0.95), (0.1, 0.95))


def test_a_quick_circle_of_few_events_is_round_and_a_sharp_turn_stays_sharp(paper, hand):
    hand.draw(*circle(0.32, 0.35, 0.22, 12))
    hand.draw((0.6, 0.2), (0.75, 0.6), (0.9, 0.2))
    hand.draw(*[(0.1 + 0.1 * n, 0.8 + 0.08 * (-1) ** n) for n in range(9)])
    assert looks_like(paper, "smoothed")


def test_what_is_in_progress_looks_as_it_will_in_the_end(paper, hand):
    places = circle(0.32, 0.35, 0.22, 12)
    hand.press(places[0])
    for place in places[1:]:
        hand.move(place)
    hand.release(places[-1])
    hand.draw((0.6, 0.2), (0.75, 0.6), (0.9, 0.2))
    waves = [(0.1 + 0.1 * n, 0.8 + 0.08 * (-1) ** n) for n in range(9)]
    hand.press(waves[0])
    for wave in waves[1:]:
        hand.move(wave)
    assert looks_like(paper, "smoothed")
    hand.release(waves[-1])


def test_a_line_swells_as_the_pen_presses(paper, hand):
    paper.set_pen_width(0.05)
    across = np.linspace(0.1, 0.9, 25)
    hand.press_with_the_pen(*[((x, 0.3), 0.1 + 0.9 * n / 24) for n, x in enumerate(across)])
    hand.press_with_the_pen(*[((x, 0.7), 0.5 + 0.45 * np.sin(n / 2)) for n, x in enumerate(across)])
    assert looks_like(paper, "pressure")


def test_dots_are_as_large_as_the_pen(paper, hand):
    for place, width in ((0.2, 0.01), (0.5, 0.04), (0.8, 0.1)):
        paper.set_pen_width(width)
        hand.draw((place, 0.5))
    assert looks_like(paper, "dots")


def test_the_eraser_rubs_out_its_way_and_no_more(paper, hand):
    draw_two_things(hand)
    paper.set_tool(Tool.ERASER)
    hand.draw((0.1, 0.1), (0.6, 0.6))
    paper.set_tool(Tool.PEN)
    hand.draw((0.6, 0.3), (0.9, 0.3))
    assert looks_like(paper, "erased")


def test_what_the_lasso_moved_and_mirrored_lies_where_it_was_put(paper, hand):
    draw_two_things(hand)
    choose_the_hook(paper, hand)
    hand.press((0.3, 0.8))
    hand.move((0.5, 0.6))
    hand.move((0.72, 0.5))
    hand.release((0.72, 0.5))
    paper.set_tool(Tool.PEN)
    assert looks_like(paper, "moved")
    choose_the_hook(paper, hand)
    paper.choose_all()
    paper.mirror()
    paper.set_tool(Tool.PEN)
    assert looks_like(paper, "mirrored")


def test_a_photo_to_trace_lies_faint_under_the_strokes(paper, hand, tmp_path):
    down, across = np.mgrid[0:120, 0:160]
    tones = np.where((across // 20 + down // 20) % 2 == 0, 30, 220).astype(np.uint8)
    Image.fromarray(tones).save(tmp_path / "photo.png")
    paper.trace(load_underlay(tmp_path / "photo.png"))
    draw_two_things(hand)
    assert looks_like(paper, "underlay")


def test_a_saved_drawing_opens_as_it_was(paper, hand, tmp_path):
    paper.set_pen_width(0.05)
    across = np.linspace(0.1, 0.9, 25)
    hand.press_with_the_pen(*[((x, 0.3), 0.1 + 0.9 * n / 24) for n, x in enumerate(across)])
    hand.press_with_the_pen(*[((x, 0.7), 0.5 + 0.45 * np.sin(n / 2)) for n, x in enumerate(across)])
    save_svg(paper.document, tmp_path / "sketch.svg")
    paper.clear()
    assert not looks_like_without_writing(paper, "pressure")
    paper.place(load_sketch(tmp_path / "sketch.svg"))
    assert looks_like(paper, "pressure")


def looks_like_without_writing(canvas, name: str) -> bool:
    wanted = np.asarray(Image.open(GOLDEN / f"{name}.png").convert("L"))
    return float((np.abs(blurred(shown(canvas)) - blurred(wanted)) > FARTHEST).mean()) <= MOST
