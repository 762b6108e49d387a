from datetime import date
from pathlib import Path

import pytest

from engine.search.narrowing import Narrowing
from engine.search.query import Query

FIRST, END = 1_563_667_200, 1_563_753_600  # 21 July 2019, 0:00, and the midnight after it


@pytest.mark.parametrize(("moment", "inside"), [(FIRST - 1, 0), (FIRST, 1), (END - 1, 1), (END, 0)])
def test_a_day_goes_from_midnight_to_midnight(moment: int, inside: bool, tmp_path: Path) -> None:
    day = date(2019, 7, 21)
    narrowing = Narrowing.of(Query(since=day, until=day), tmp_path.resolve())
    assert narrowing.looks_at(b"a.jpg", moment) == inside
