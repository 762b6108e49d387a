import numpy as np
from PIL import Image

from engine.paper import light
from engine.paper.cleaning import clean_page


def test_a_mosaic_of_very_many_areas_is_cleaned_without_looking_at_all_of_it_for_each(monkeypatch):
    tones = np.random.default_rng(0).integers(150, 255, (24, 24)).astype(np.uint8)
    asked, spread = [], light._spread
    monkeypatch.setattr(light, "_spread", lambda *given: (asked.append(1), spread(*given))[1])
    mosaic = Image.fromarray(tones).resize((480, 480), Image.Resampling.NEAREST)
    clean_page(mosaic)
    assert 2 < len(asked) <= 66
