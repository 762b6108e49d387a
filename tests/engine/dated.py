"""Photos that tell when they were taken, and when they were by a library."""

import calendar
import os
from itertools import compress

from PIL import Image

from engine.pictures.dates import file_date

from .conftest import CHANGED

OLD = 1_000_000_000  # when the files were changed, in seconds


def save(path, year, draw_picture, number):
    """Save a picture that says that it was taken in a year; 0 for one that says nothing."""
    exif = Image.Exif()
    if year:
        exif[CHANGED] = f"{year}:05:06 07:08:09"
    draw_picture("circle", (number * 9 % 256, number * 5 % 256, number)).save(path, exif=exif.tobytes())
    os.utime(path, (OLD + number, OLD + number))


def date(year):
    return calendar.timegm((year, 5, 6, 7, 8, 9))


def dated_folder(folder, draw_picture):
    """Make a folder of five photos that tell the year, one that does not, and a copy of the first."""
    (folder / "copies").mkdir(parents=True)
    for number in range(6):
        save(folder / f"{number}.jpg", 2000 + number if number < 5 else 0, draw_picture, number)
    (folder / "copies" / "0.jpg").write_bytes((folder / "0.jpg").read_bytes())
    os.utime(folder / "copies" / "0.jpg", (OLD, OLD))
    return folder


EXPECTED = {
    **{b"%d.jpg" % number: date(2000 + number) for number in range(5)},
    b"5.jpg": file_date((OLD + 5) * 10**9),
    b"copies/0.jpg": date(2000),
}
FILES_OWN = {
    **{b"%d.jpg" % number: file_date((OLD + number) * 10**9) for number in range(6)},
    b"copies/0.jpg": file_date(OLD * 10**9),
}


def dates(library):
    return {name: library._gallery.date_of(name) for name in library._gallery.names()}


def by_camera(library):
    roster = library._gallery.roster()
    return set(compress(roster.names, roster.by_camera.tolist()))
