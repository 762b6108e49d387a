"""Tables as CSV."""

from pathlib import Path

from training.csv_text import as_csv, read_csv


def test_rows_come_back_as_they_were_whatever_is_in_their_cells(tmp_path: Path) -> None:
    rows = [["a", "b"], ['say "so"', "x, y\nz"], ["", "ö"]]
    (tmp_path / "table.csv").write_text(as_csv(rows), "utf-8")
    assert read_csv(tmp_path / "table.csv", [2]) == rows


def test_a_table_that_no_delimiter_fits_is_read_by_commas(tmp_path: Path) -> None:
    (tmp_path / "table.csv").write_text("a;b\nc\n", "utf-8")
    assert read_csv(tmp_path / "table.csv", (2, 3)) == [["a;b"], ["c"]]
