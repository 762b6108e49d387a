import numpy as np

from engine.paper import light


def test_the_paper_between_very_many_areas_is_not_measured_anew_for_each(monkeypatch):
    mosaic = np.full((168, 168, 3), 220, np.float32)
    for start in range(8, 168, 12):  # grooves: 196 areas of paper, apart from each other
        mosaic[start : start + 4] = mosaic[:, start : start + 4] = 60
    asked, spread = [], light._spread
    monkeypatch.setattr(light, "_spread", lambda *given: (asked.append(1), spread(*given))[1])
    paper, foreign = light._paper_and_foreign(mosaic, np.ones((168, 168), np.bool_))
    assert len(asked) == light._MOST_SPREADS
    assert all(paper[n, n] for n in range(4, 168, 12))
    assert not foreign.any()
