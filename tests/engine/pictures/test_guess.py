"""What is taken for a drawing, and what for a photo."""

import numpy as np
import pytest
from PIL import Image, ImageDraw, ImageFilter

from engine.pictures.guess import is_drawing


def line_drawing(size=(320, 240), *, ground="white", line="black", width=4) -> Image.Image:
    image = Image.new("RGB", size, ground)
    brush = ImageDraw.Draw(image)
    brush.ellipse((60, 40, 240, 200), outline=line, width=width)
    brush.line((90, 120, 210, 90), fill=line, width=width)
    return image


def page(*, light=(235, 150), noise=2.0, ruling=0, tint=(1.0, 1.0, 1.0)) -> Image.Image:
    """Photograph a drawing under a lamp that stands to one side."""
    sheet = line_drawing((480, 360), line=(40, 40, 60))
    if ruling:
        for y in range(ruling, 360, ruling):
            ImageDraw.Draw(sheet).line((0, y, 480, y), fill=(150, 175, 225), width=1)
    tones = np.asarray(sheet, float) / 255 * np.linspace(*light, 480)[None, :, None] * np.array(tint)
    tones = tones + np.random.default_rng(0).normal(0, noise, tones.shape)
    return Image.fromarray(tones.clip(0, 255).astype(np.uint8))


def on_a_table() -> Image.Image:
    """Lay the page askew on brown wood."""
    rng = np.random.default_rng(1)
    grain = rng.normal(0, 1, (480, 1, 1)).cumsum(axis=0)
    wood = np.array([120, 80, 50]) + 2 * grain + rng.normal(0, 3, (480, 640, 3))
    table = Image.fromarray(wood.clip(0, 255).astype(np.uint8))
    sheet = page().convert("RGBA").rotate(6, expand=True, resample=Image.Resampling.BICUBIC)
    table.paste(sheet, (50, 30), sheet)
    return table


def scene(seed: int, *, saturation=1.0) -> Image.Image:
    """Return something textured, and lit from one side, with soft and hard edges."""
    rng = np.random.default_rng(seed)
    tones = np.zeros((240, 320, 3))
    for cells, weight in ((4, 90), (16, 50), (80, 30)):
        coarse = Image.fromarray(rng.integers(0, 256, (cells, cells, 3), np.uint8))
        tones += (np.asarray(coarse.resize((320, 240), Image.Resampling.BICUBIC), float) / 128 - 1) * weight
    grey = tones.mean(axis=2, keepdims=True)
    picture = Image.fromarray((128 + grey + saturation * (tones - grey)).clip(0, 255).astype(np.uint8))
    brush = ImageDraw.Draw(picture)
    brush.ellipse((40, 60, 150, 180), fill=tuple(rng.integers(0, 256, 3).tolist()))
    return picture


def thicket() -> Image.Image:
    """Photograph thin twigs all over a grey sky: little ink, and hardly a place without."""
    rng = np.random.default_rng(3)
    sky = Image.fromarray(np.tile(np.linspace(200, 150, 320), (240, 1)).astype(np.uint8))
    for x, y, across, down in rng.integers((0, 0, -40, -40), (320, 240, 40, 40), (80, 4)).tolist():
        ImageDraw.Draw(sky).line((x, y, x + across, y + down), fill=60)
    tones = np.asarray(sky, float) + rng.normal(0, 2, (240, 320))
    return Image.fromarray(tones.clip(0, 255).astype(np.uint8))


def soft_shapes() -> Image.Image:
    """Photograph grey stones out of focus: one tone, and no line."""
    rng = np.random.default_rng(4)
    picture = Image.new("L", (320, 240), 200)
    for x, y, side in rng.integers((0, 0, 15), (300, 220, 50), (12, 3)).tolist():
        ImageDraw.Draw(picture).ellipse((x, y, x + side, y + side), fill=140)
    tones = np.asarray(picture.filter(ImageFilter.GaussianBlur(6)), float) + rng.normal(0, 2, (240, 320))
    return Image.fromarray(tones.clip(0, 255).astype(np.uint8))


def thing_on_white() -> Image.Image:
    """Photograph a shaded red ball on a white ground, as shops do."""
    picture = Image.new("RGB", (320, 320), "white")
    y, x = np.mgrid[-1:1:160j, -1:1:160j]
    inside = x**2 + y**2 < 1
    shade = (1 - 0.6 * np.hypot(x + 0.3, y + 0.3)).clip(0.1, 1)
    ball = np.stack([230 * shade, 60 * shade, 50 * shade], axis=2).clip(0, 255).astype(np.uint8)
    picture.paste(Image.fromarray(ball), (80, 80), Image.fromarray((255 * inside).astype(np.uint8)))
    return picture


@pytest.mark.parametrize(
    "picture",
    [
        line_drawing(),
        line_drawing(ground="black", line="white"),
        line_drawing(line=(30, 30, 160)),
        line_drawing().convert("1"),
        line_drawing((40, 30)),
        page(),
        page(light=(110, 60), noise=4),
        page(ruling=24),
        page(tint=(1.0, 0.92, 0.75)),
        on_a_table(),
        Image.new("RGB", (90, 90), "white"),
    ],
    ids=["lines", "chalk", "blue", "bits", "small", "page", "dim", "ruled", "cream", "table", "blank"],
)
def test_drawings_scans_and_photographs_of_paper_are_drawings(picture):
    assert is_drawing(picture)


def test_a_drawing_on_nothing_is_a_drawing():
    lines = Image.new("RGBA", (200, 200), (0, 0, 0, 0))
    ImageDraw.Draw(lines).ellipse((30, 30, 170, 170), outline="black", width=5)
    assert is_drawing(lines)


@pytest.mark.parametrize("seed", range(6))
def test_colourful_and_textured_pictures_are_photos(seed):
    assert not is_drawing(scene(seed))


@pytest.mark.parametrize("seed", range(4))
def test_photos_without_colour_are_photos(seed):
    assert not is_drawing(scene(seed, saturation=0.0))


@pytest.mark.parametrize("photo", [thing_on_white, thicket, soft_shapes])
def test_photos_that_have_something_of_a_page_are_photos(photo):
    assert not is_drawing(photo())


@pytest.mark.parametrize("mode", ["L", "RGBA", "P", "CMYK", "I;16"])
def test_pictures_of_any_mode_are_told(mode):
    drawing = line_drawing().convert("L").convert(mode) if mode == "I;16" else line_drawing().convert(mode)
    assert is_drawing(drawing)


def test_the_picture_itself_stays_as_it_is():
    picture = scene(0)
    before = picture.tobytes(), picture.size
    is_drawing(picture)
    assert (picture.tobytes(), picture.size) == before
