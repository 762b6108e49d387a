"""Pictures painted here, for the documents and for looking at the window: twelve things, nine of each."""

from __future__ import annotations

import math
import random
from collections.abc import Callable
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter

Point = tuple[float, float]
Colour = tuple[int, int, int]

_SIZE = (480, 360)
_EACH = 9
_YEARS = range(2016, 2025)
_TABLE = "captions.csv"


class Scene:
    """A picture in the making: shapes in units of the subject's size, about a centre."""

    def __init__(self, rng: random.Random) -> None:
        self.rng = rng
        self.image = _ground(rng)
        self._brush = ImageDraw.Draw(self.image)
        self._scale = rng.uniform(90, 140)
        self._centre = (_SIZE[0] / 2 + rng.uniform(-70, 70), _SIZE[1] / 2 + rng.uniform(-25, 25))
        self._mirror = rng.choice((-1, 1))

    def at(self, point: Point) -> Point:
        """Return where a point of the subject lies in the picture."""
        x, y = point
        return self._centre[0] + self._mirror * x * self._scale, self._centre[1] + y * self._scale

    def area(self, points: list[Point], colour: Colour) -> None:
        """Paint a filled shape."""
        self._brush.polygon([self.at(p) for p in points], fill=colour)

    def line(self, points: list[Point], width: float, colour: Colour) -> None:
        """Paint a line; the width in units of the subject."""
        self._brush.line(
            [self.at(p) for p in points], fill=colour, width=round(width * self._scale), joint="curve"
        )

    def disc(self, centre: Point, radius: float, colour: Colour) -> None:
        """Paint a disc."""
        self.area(ring(centre, radius, radius), colour)

    def wheel(self, centre: Point, radius: float, colour: Colour) -> None:
        """Paint a circle's line."""
        points = ring(centre, radius, radius)
        self.line([*points, points[0]], 0.06, colour)


def ring(centre: Point, wide: float, high: float, start: float = 0, end: float = 2 * math.pi) -> list[Point]:
    """Return the points of an ellipse's arc."""
    angles = [start + (end - start) * k / 48 for k in range(49)]
    return [(centre[0] + wide * math.cos(a), centre[1] + high * math.sin(a)) for a in angles]


def _ground(rng: random.Random) -> Image.Image:
    """Return a soft background: sky above, ground below."""
    sky = tuple(rng.randint(150, 240) for _ in range(3))
    ground = tuple(rng.randint(90, 200) for _ in range(3))
    image = Image.new("RGB", _SIZE, sky)
    brush = ImageDraw.Draw(image)
    brush.rectangle((0, _SIZE[1] * rng.uniform(0.6, 0.85), *_SIZE), fill=ground)
    for _ in range(rng.randint(2, 7)):
        x, y, r = rng.uniform(0, _SIZE[0]), rng.uniform(0, _SIZE[1]), rng.uniform(15, 60)
        brush.ellipse((x - r, y - r, x + r, y + r), fill=tuple(rng.randint(120, 220) for _ in range(3)))
    return image.filter(ImageFilter.GaussianBlur(14))


def _bright(rng: random.Random) -> Colour:
    tones = [rng.randint(170, 250), rng.randint(20, 110), rng.randint(20, 160)]
    rng.shuffle(tones)
    return tones[0], tones[1], tones[2]


def _umbrella(s: Scene) -> None:
    colour = _bright(s.rng)
    s.line([(0, -0.9), (0, 0.75), *ring((0.12, 0.75), 0.12, 0.15, math.pi, 0)], 0.06, (70, 50, 40))
    scallops = [p for k in range(4) for p in ring((0.675 - 0.45 * k, 0), 0.225, 0.1, 0, -math.pi)]
    s.area([*ring((0, 0), 0.9, 0.8, math.pi, 2 * math.pi), *scallops], colour)


def _house(s: Scene) -> None:
    s.area([(-0.7, -0.1), (0.7, -0.1), (0.7, 0.8), (-0.7, 0.8)], (225, 205, 170))
    s.area([(-0.9, -0.1), (0, -0.9), (0.9, -0.1)], _bright(s.rng))
    s.area([(-0.15, 0.25), (0.2, 0.25), (0.2, 0.8), (-0.15, 0.8)], (90, 60, 40))
    s.area([(-0.55, 0.1), (-0.3, 0.1), (-0.3, 0.35), (-0.55, 0.35)], (120, 170, 210))


def _sailboat(s: Scene) -> None:
    s.area([(-0.9, 0.45), (0.9, 0.45), (0.55, 0.85), (-0.6, 0.85)], (130, 70, 40))
    s.line([(0, 0.45), (0, -0.95)], 0.05, (80, 60, 50))
    s.area([(0.06, -0.9), (0.75, 0.3), (0.06, 0.3)], _bright(s.rng))
    s.area([(-0.06, -0.7), (-0.06, 0.3), (-0.6, 0.3)], (245, 245, 240))


def _fish(s: Scene) -> None:
    colour = _bright(s.rng)
    s.area(ring((-0.1, 0), 0.75, 0.42), colour)
    s.area([(0.5, 0), (1.0, -0.4), (0.9, 0), (1.0, 0.4)], colour)
    s.disc((-0.5, -0.1), 0.09, (255, 255, 255))
    s.disc((-0.52, -0.1), 0.045, (20, 20, 20))


def _cup(s: Scene) -> None:
    colour = _bright(s.rng)
    points = ring((0.55, 0), 0.35, 0.35, -math.pi / 2, math.pi / 2)
    s.line(points, 0.12, colour)
    s.area([(-0.6, -0.55), (0.6, -0.55), (0.45, 0.6), (-0.45, 0.6)], colour)
    s.area(ring((0, -0.55), 0.6, 0.14), (90, 60, 45))


def _bicycle(s: Scene) -> None:
    colour = _bright(s.rng)
    for x in (-0.65, 0.65):
        s.wheel((x, 0.35), 0.45, (40, 40, 45))
    frame = [(-0.65, 0.35), (-0.3, -0.3), (0.4, -0.3), (0.0, 0.35), (-0.65, 0.35), (-0.3, -0.3), (0.0, 0.35)]
    s.line(frame, 0.06, colour)
    s.line([(0.65, 0.35), (0.4, -0.3), (0.36, -0.5), (0.58, -0.55)], 0.06, colour)
    s.line([(-0.3, -0.3), (-0.35, -0.45)], 0.06, colour)
    s.line([(-0.52, -0.47), (-0.18, -0.47)], 0.09, (40, 40, 45))


def _mushroom(s: Scene) -> None:
    s.area([(-0.22, -0.05), (0.22, -0.05), (0.3, 0.85), (-0.3, 0.85)], (240, 230, 205))
    s.area(ring((0, 0), 0.85, 0.75, math.pi, 2 * math.pi), _bright(s.rng))
    for spot in ((-0.4, -0.3), (0.05, -0.5), (0.45, -0.25)):
        s.disc(spot, 0.1, (250, 250, 245))


def _tree(s: Scene) -> None:
    s.area([(-0.12, 0.2), (0.12, 0.2), (0.16, 0.95), (-0.16, 0.95)], (105, 70, 40))
    for centre, radius in (((-0.35, -0.05), 0.42), ((0.35, -0.05), 0.42), ((0, -0.45), 0.5), ((0, 0), 0.45)):
        s.disc(centre, radius, (40 + s.rng.randint(0, 50), 130 + s.rng.randint(-20, 40), 60))


def _flower(s: Scene) -> None:
    s.line([(0, 0), (0.05, 0.95)], 0.07, (60, 130, 60))
    s.area([(0.03, 0.6), (0.45, 0.35), (0.3, 0.65)], (60, 130, 60))
    colour = _bright(s.rng)
    for k in range(6):
        s.disc((0.36 * math.cos(k * math.pi / 3), -0.35 + 0.36 * math.sin(k * math.pi / 3)), 0.24, colour)
    s.disc((0, -0.35), 0.2, (245, 205, 60))


def _car(s: Scene) -> None:
    colour = _bright(s.rng)
    s.area([(-1, 0.05), (1, 0.05), (1, 0.42), (-1, 0.42)], colour)
    s.area([(-0.6, 0.06), (-0.38, -0.38), (0.35, -0.38), (0.65, 0.06)], colour)
    s.area([(-0.45, 0.02), (-0.3, -0.28), (-0.03, -0.28), (-0.03, 0.02)], (190, 220, 235))
    s.area([(0.05, 0.02), (0.05, -0.28), (0.3, -0.28), (0.5, 0.02)], (190, 220, 235))
    for x in (-0.55, 0.55):
        s.disc((x, 0.42), 0.22, (35, 35, 40))
        s.disc((x, 0.42), 0.1, (190, 190, 195))


def _balloon(s: Scene) -> None:
    s.line([(0, 0.4), (0.05, 0.65), (-0.05, 0.95)], 0.025, (80, 80, 80))
    s.area(ring((0, -0.25), 0.55, 0.66), _bright(s.rng))
    s.disc((-0.2, -0.5), 0.08, (255, 255, 255))


def _snowman(s: Scene) -> None:
    for y, r in ((0.55, 0.42), (-0.05, 0.32), (-0.52, 0.23)):
        s.disc((0, y), r, (250, 250, 252))
    s.area([(-0.2, -0.72), (0.2, -0.72), (0.17, -1.02), (-0.17, -1.02)], (40, 40, 50))
    s.line([(-0.32, -0.71), (0.32, -0.71)], 0.05, (40, 40, 50))
    s.area([(0, -0.54), (0.28, -0.48), (0, -0.46)], (240, 140, 40))
    for x in (-0.08, 0.08):
        s.disc((x, -0.6), 0.03, (30, 30, 30))


_FOLDERS = ("Harbour", "Garden/Spring", "Garden/Summer", "Winter")

SUBJECTS: dict[str, Callable[[Scene], None]] = {
    "umbrella": _umbrella,
    "house": _house,
    "sailboat": _sailboat,
    "fish": _fish,
    "cup": _cup,
    "bicycle": _bicycle,
    "mushroom": _mushroom,
    "tree": _tree,
    "flower": _flower,
    "car": _car,
    "balloon": _balloon,
    "snowman": _snowman,
}


def paint(folder: Path, each: int = _EACH) -> None:
    """Write `each` pictures of every subject, each taken in another year, in folders by subject."""
    rng = random.Random(7)
    folder.mkdir(parents=True)
    captions = ["file,caption"]
    for place, (name, subject) in enumerate(SUBJECTS.items()):
        where = folder / _FOLDERS[place % len(_FOLDERS)]
        where.mkdir(parents=True, exist_ok=True)
        for number in range(each):
            scene = Scene(rng)
            subject(scene)
            soft = scene.image.filter(ImageFilter.GaussianBlur(0.7))
            file = where / f"{name} {number + 1}.jpg"
            soft.save(file, quality=92, exif=_exif_of(place, number))
            captions.append(f'{file.name},"Painted by a program in {_year(number)}: {name}"')
    (folder / _TABLE).write_text("\n".join(captions), "utf-8")


def spoil(folder: Path) -> None:
    """Write files that look like photos and are none, or only half of one."""
    (folder / "not a photo.jpg").write_bytes(b"this is text")
    (folder / "empty.jpg").write_bytes(b"")
    whole = next(folder.rglob("umbrella 1.jpg")).read_bytes()
    (folder / "cut short.jpg").write_bytes(whole[: len(whole) // 2])


def _year(number: int) -> int:
    return _YEARS[number % len(_YEARS)]


def _exif_of(place: int, number: int) -> Image.Exif:
    """Return when and by what a picture was taken."""
    exif = Image.Exif()
    exif[0x010F], exif[0x0110] = "Painted", "Program"
    month = place + 1 if number % 2 == 0 else 6 + place % 3  # most are taken in summer
    stamp = f"{_year(number)}:{month:02}:{1 + 3 * number % 28:02} 12:{number:02}:00"
    exif[0x0132] = stamp
    exif.get_ifd(0x8769)[0x9003] = stamp
    return exif


def paint_page(file: Path) -> bool:
    """Write a photograph of the umbrella on ruled paper; return whether a simulator is here."""
    try:
        from training.evaluation.paper_photos import photograph
    except ImportError:  # the extra `train` is not installed
        return False
    drawing = Image.new("L", (400, 400), 255)
    brush = ImageDraw.Draw(drawing)
    for points in UMBRELLA:
        brush.line([(400 * x, 400 * y) for x, y in points], fill=0, width=5, joint="curve")
    photograph(drawing, "ruled on a table", 1).save(file, quality=92)
    return True


UMBRELLA: list[list[Point]] = [
    ring((0.5, 0.48), 0.34, 0.3, math.pi, 2 * math.pi),
    [p for k in range(4) for p in ring((0.245 + 0.17 * k, 0.48), 0.085, 0.04, math.pi, 2 * math.pi)],
    [(0.5, 0.18), (0.5, 0.78), *ring((0.55, 0.78), 0.05, 0.06, math.pi, 0)],
]


HOUSE: list[list[Point]] = [
    [(0.25, 0.45), (0.5, 0.2), (0.75, 0.45), (0.25, 0.45)],
    [(0.3, 0.45), (0.3, 0.8), (0.7, 0.8), (0.7, 0.45)],
    [(0.45, 0.8), (0.45, 0.62), (0.56, 0.62), (0.56, 0.8)],
]

FISH: list[list[Point]] = [
    ring((0.45, 0.5), 0.27, 0.15),
    [(0.7, 0.5), (0.88, 0.36), (0.84, 0.5), (0.88, 0.64), (0.7, 0.5)],
    ring((0.3, 0.46), 0.02, 0.02),
]
