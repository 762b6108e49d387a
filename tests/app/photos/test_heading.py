"""What the line over the photos says."""

from itertools import pairwise

import pytest
from PySide6.QtWidgets import QApplication, QWidget

from app.photos.heading import Heading
from app.words.languages import speak

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


def test_in_one_row_nothing_touches_anything_and_the_slider_gives_its_room_to_the_words(heading):
    heading.show_photos(120, "STRONG", best_first=False)
    for width in (290, 420, 600, 420, 290):
        heading.resize(width, 40)
        QApplication.processEvents()
        row = [heading._sign, heading._words, heading.slider, heading.button]
        shown = [one.geometry() for one in row if one.isVisible()]
        assert all(one.right() + 6 <= other.left() for one, other in pairwise(shown))
        assert heading.height() == 40
        assert heading.slider.isVisible() is (width > 290)
        assert heading._words.width() >= 90


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("newest", [False, True])
def test_at_its_least_width_the_row_fits_in_each_language(qtbot, language, newest):
    with speak(language):
        side = QWidget()  # else the row would be as wide as it wants
        qtbot.addWidget(side)
        row = Heading(side)
        row.show_order(best_first=False, newest_first=newest)
        row.show_photos(123456, "STRONG", best_first=False, newest_first=newest)
        row.chip.count(12)
        row.resize(284, 40)  # of the 290 of the photos' side
        side.show()
        QApplication.processEvents()
    shown = [one.geometry() for one in (row._sign, row._words, row.chip, row.button)]
    assert row.width() == 284
    assert shown[-1].right() < row.width()
    assert all(one.right() < other.left() for one, other in pairwise(shown))
    assert row.button.width() >= row.button.minimumSizeHint().width()
    assert row.chip.width() >= row.chip.minimumSizeHint().width()


def test_a_long_name_of_an_order_is_shortened_and_read_aloud_whole(heading, monkeypatch):
    monkeypatch.setattr(heading, "tr", lambda text: text.replace("guesses", "guesses of many kinds"))
    heading.show_order(best_first=False, newest_first=False)
    assert heading.button.text().endswith("\N{HORIZONTAL ELLIPSIS} ▾")
    assert heading.button.sizeHint().width() <= heading.button.maximumWidth() < 200
    assert heading.button.accessibleName() == "Different guesses of many kinds"


def test_better_photos_wait_in_the_row_beside_the_words(heading):
    heading.resize(600, 40)
    heading.show_photos(120, "STRONG", best_first=False)
    heading.chip.count(3)
    QApplication.processEvents()
    words, chip, slider = (one.geometry() for one in (heading._words, heading.chip, heading.slider))
    assert heading.chip.isVisible()
    assert words.right() < chip.left() < chip.right() < slider.left()


def test_long_words_stand_in_two_lines_and_what_has_no_room_there_is_in_the_tooltip(heading):
    heading.show_photos(120, "NONE", best_first=False)
    QApplication.processEvents()
    words, metrics = heading._words, heading._words.fontMetrics()
    wide = metrics.horizontalAdvance(words.text())
    assert words.fit_text(wide + 1) == words.text()
    half = words.fit_text(wide * 2 // 3).split("\n")
    assert len(half) == 2
    assert " ".join(half) == words.text()
    narrow = words.fit_text(wide // 4).split("\n")
    assert len(narrow) == 2
    assert narrow[1].endswith("\N{HORIZONTAL ELLIPSIS}")
    assert all(metrics.horizontalAdvance(line) <= wide // 4 for line in narrow)
    heading.resize(290, 40)
    heading.grab()
    assert words.toolTip().startswith(words.text())
    assert words.toolTip().endswith("different guesses first")


def test_the_slider_keeps_the_focus_while_photos_come(heading, qtbot):
    heading.resize(900, 40)
    heading.show_newest(3)
    heading.activateWindow()
    heading.slider.setFocus()
    qtbot.waitUntil(heading.slider.hasFocus)
    heading.show_newest(4)
    assert heading.slider.hasFocus()


def test_two_lines_of_large_text_have_room(heading):
    font = heading.font()
    font.setPointSizeF(2 * font.pointSizeF())
    heading.setFont(font)
    assert heading.height() >= 2 * heading.fontMetrics().height()


def test_the_button_names_the_order_that_photos_stand_in(heading):
    named = []
    for best, newest, by_photos in ((0, 0, 0), (1, 0, 0), (0, 1, 0), (1, 0, 1)):
        heading.show_order(best_first=bool(best), newest_first=bool(newest), by_photos=bool(by_photos))
        named.append(heading.button.text().removesuffix(" ▾"))
    assert named == ["Different guesses", "Best first", "Newest first", "Best first"]
    assert "“Like this”" in heading.button.toolTip()
