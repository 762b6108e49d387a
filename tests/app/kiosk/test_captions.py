from pathlib import Path

import pytest

from app.kiosk.captions import NAME, Captions, read_table


def write(folder: Path, text: str, encoding: str = "utf-8") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / NAME
    file.write_text(text, encoding)
    return file


@pytest.mark.parametrize(
    "text",
    [
        "file,caption\na.jpg,A boat",
        "a.jpg,A boat\n",
        "number;title;filename\r\n1;A boat;a.jpg\r\n",
        'caption\tfile\n"A\n boat"\ta.jpg',
        "\ufefffile,caption\nA.JPG,A boat",
        "Datei;Titel\n./a.jpg; A  boat ",
        "file,caption\na,A boat",
    ],
)
def test_a_table_gives_captions_however_it_was_written(tmp_path, text):
    write(tmp_path, text)
    assert Captions(tmp_path).of(tmp_path / "a.jpg") == "A boat"
    assert Captions(tmp_path).of(tmp_path / "b.jpg") == ""


def test_names_are_compared_as_people_read_them(tmp_path):
    write(tmp_path, "file,caption\nE\u0301te\u0301.jpg,Sommer", "utf-8")
    assert Captions(tmp_path).of(tmp_path / "\u00c9t\u00e9.jpg") == "Sommer"


def test_a_table_of_windows_is_read_too(tmp_path):
    write(tmp_path, "file;caption\na.jpg;K\u00fcste", "cp1252")
    assert Captions(tmp_path).of(tmp_path / "a.jpg") == "K\u00fcste"


def test_the_nearest_table_counts_and_one_above_names_folders(tmp_path):
    write(tmp_path, "file,caption\nsea/a.jpg,from above\nsea/b.jpg,b from above\nc.jpg,anywhere")
    write(tmp_path / "sea", "file,caption\na.jpg,from beside")
    captions = Captions(tmp_path)
    assert captions.of(tmp_path / "sea" / "a.jpg") == "from beside"
    assert captions.of(tmp_path / "sea" / "b.jpg") == "b from above"
    assert captions.of(tmp_path / "sea" / "c.jpg") == "anywhere"


def test_tables_outside_the_folder_say_nothing(tmp_path):
    write(tmp_path, "file,caption\na.jpg,secret")
    (tmp_path / "shown").mkdir()
    assert Captions(tmp_path / "shown").of(tmp_path / "shown" / "a.jpg") == ""


@pytest.mark.parametrize(
    "text", ["", "\n\n", "file,caption\n", "a.jpg\n", "file,caption\n,text\na.jpg", '"', "\0"]
)
def test_a_table_with_nothing_in_it_says_nothing(tmp_path, text):
    assert read_table(write(tmp_path, text)) == {}


def test_without_a_table_there_is_none(tmp_path):
    assert read_table(tmp_path / NAME) == {}
    (tmp_path / NAME).mkdir()
    assert read_table(tmp_path / NAME) == {}


def test_a_caption_is_not_longer_than_a_screen_holds(tmp_path):
    write(tmp_path, "a.jpg," + "x" * 5000)
    assert len(Captions(tmp_path).of(tmp_path / "a.jpg")) == 600


def test_a_table_that_was_away_is_read_once_it_is_there(tmp_path):
    captions = Captions(tmp_path)
    assert captions.of(tmp_path / "a.jpg") == ""
    write(tmp_path, "file,caption\na.jpg,A boat")
    assert captions.of(tmp_path / "a.jpg") == "", "which touches no drive at each picture"
    captions.look_again()
    assert captions.of(tmp_path / "a.jpg") == "A boat"


def test_a_caption_is_looked_up_though_the_system_gave_no_thread_before(tmp_path, qtbot, no_thread):
    write(tmp_path, "a.jpg,A boat")
    captions = Captions(tmp_path)
    captions.ask(tmp_path / "a.jpg")
    no_thread.undo()
    with qtbot.waitSignal(captions.told) as told:
        captions.ask(tmp_path / "a.jpg")
    assert told.args == [tmp_path / "a.jpg", "A boat"]
