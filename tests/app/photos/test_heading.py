"""What the line over the photos says."""

import pytest
from PySide6.QtWidgets import QApplication

from app.photos.heading import Heading

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen screen has none


@pytest.fixture
def heading(qtbot):
    made = Heading()
    qtbot.addWidget(made)
    made.resize(420, 40)
    made.show()
    return made


@pytest.mark.parametrize(
    ("strength", "words"),
    [
        ("STRONG", "Strong match"),
        ("FAIR", "Fair match"),
        ("WEAK", "Weak match"),
        ("NONE", "Nothing here fits well: try its outline, or lay a photo beside it."),
    ],
)
def test_how_well_photos_match_is_said_in_words(heading, strength, words):
    heading.show_photos(120, strength, best_first=False)
    assert heading.text == words
    assert heading._words.toolTip() == "120 photos, different guesses first"
    assert heading._sign.isVisible()


def test_the_sign_differs_from_strength_to_strength(heading):
    pictures = []
    for strength in ("STRONG", "FAIR", "WEAK", "NONE"):
        heading.show_photos(10, strength, best_first=False)
        pictures.append(heading._sign.grab().toImage())
    assert all(one != other for place, one in enumerate(pictures) for other in pictures[:place])


def test_without_a_strength_the_order_is_said_and_without_photos_nothing(heading):
    heading.show_photos(12, "", best_first=False)
    assert heading.text == "12 photos, different guesses first"
    assert not heading._sign.isVisible()
    heading.show_photos(12, "", best_first=True)
    assert heading.text == "12 photos, best match first"
    heading.show_nothing()
    assert heading.text == ""
    assert not heading.button.isVisible()


def test_the_line_keeps_its_height_whatever_it_says(heading):
    heights = set()
    for strength in ("", "STRONG", "NONE"):
        heading.show_photos(12, strength, best_first=False)
        QApplication.processEvents()
        heights.add(heading.height())
    heading.show_nothing()
    heights.add(heading.height())
    assert len(heights) == 1


def test_in_a_narrow_place_the_button_does_not_touch_the_slider(heading):
    heading.show_photos(120, "STRONG", best_first=False)
    for width in (420, 600, 420):
        heading.resize(width, 80)
        QApplication.processEvents()
        assert heading.button.geometry().left() - heading.slider.geometry().right() > 6
