import subprocess
import sys

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication

from app import cli
from app.__main__ import main
from app.library.chosen import ChosenFolders, keep_chosen
from app.window import MainWindow
from engine.library import Library

pytestmark = pytest.mark.qt_log_ignore("propagateSizeHints")  # the offscreen screen has none


def run(arguments, capsys) -> tuple[int, str, str]:
    try:
        status = main(arguments)
    except SystemExit as end:
        status = end.code
    said = capsys.readouterr()
    return status, said.out, said.err


def one_line(text: str) -> bool:
    return text.startswith("ffmln: ") and text.count("\n") == 1


def test_a_folder_that_does_not_exist_is_one_line(capsys, tmp_path):
    status, _, error = run([str(tmp_path / "nowhere")], capsys)
    assert status == 2
    assert one_line(error)
    assert "nowhere" in error


def test_a_folder_of_which_nothing_is_heard_is_one_line(capsys, tmp_path, mute):
    mute(tmp_path / "net")
    status, _, error = run([str(tmp_path / "net"), str(tmp_path)], capsys)
    assert (status, one_line(error)) == (2, True)
    assert "net does not answer" in error


def test_a_file_instead_of_a_folder_is_one_line(capsys, tmp_path):
    (tmp_path / "photo.jpg").write_text("x")
    status, _, error = run([str(tmp_path / "photo.jpg")], capsys)
    assert status == 2
    assert one_line(error)
    assert "not a folder" in error


@pytest.mark.parametrize("name", ["none.onnx", "long" * 75, "two\nlines"])
@pytest.mark.parametrize("option", [[], ["--model"]], ids=["folder", "model"])
def test_a_name_of_nothing_is_one_line(capsys, tmp_path, name, option):
    status, _, error = run([*option, str(tmp_path / name)], capsys)
    assert status == 2
    assert one_line(error)
    assert "There is no" in error


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--fast"], "unrecognized arguments: --fast"),
        (["long" * 75, "{folder}"], "is neither a folder"),
        (["two\nlines", "{folder}"], "is neither a folder"),
        (["serch", "{folder}"], "serch is neither a folder nor one of index, search"),
        ([""], "empty"),
        (["--small", "--model", "{folder}/a.onnx"], "not allowed"),
    ],
    ids=["unknown option", "long name", "two lines", "mistyped verb", "empty name", "two models"],
)
def test_words_that_make_no_command_are_one_line(words, said, capsys, tmp_path):
    status, _, error = run([word.format(folder=tmp_path) for word in words], capsys)
    assert status == 2
    assert one_line(error)
    assert said in error


def test_help_names_every_option_and_the_verbs(capsys):
    status, text, _ = run(["--help"], capsys)
    assert status == 0
    verbs = [f"`ffmln {verb}`" for verb in cli.VERBS]
    for word in ("folder", "--small", "--model", "--version", *verbs):
        assert word in " ".join(text.split())


def test_without_a_screen_there_is_one_line(capsys, monkeypatch):
    for name in ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    status, _, error = run([], capsys)
    assert status == 2
    assert one_line(error)


def test_the_verbs_do_not_load_qt():
    code = (
        "import sys; from app.__main__ import main\n"
        "try: main(['search', '--help'])\n"
        "except SystemExit: pass\n"
        "sys.exit(any(name.startswith('PySide6') for name in sys.modules))"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=False).returncode == 0


@pytest.mark.parametrize(
    ("place", "words"),
    [
        ("app.__main__.running", ["--version"]),
        ("app.program.run", []),
        ("app.program.run_kiosk", ["--kiosk"]),
    ],
)
def test_ctrl_c_before_a_window_is_up_is_no_traceback(capsys, monkeypatch, tmp_path, place, words):
    def interrupted(*_, **__):
        raise KeyboardInterrupt

    monkeypatch.setattr(place, interrupted)
    assert main([*words, str(tmp_path)]) == 130
    assert capsys.readouterr().err == ""


@pytest.fixture
def closing(qtbot):
    """Closes the window that main() opens once its folder is indexed; returns what was seen of it."""
    seen = {}

    def look() -> None:
        for window in QApplication.topLevelWidgets():
            if isinstance(window, MainWindow) and window.isVisible():
                session = window.session
                ready = session.library is not None and not session.state.is_indexing
                if ready or session.state.folder is None:
                    seen["folder"] = session.state.folder
                    seen["photos"] = session.library.photo_count if session.library else 0
                    window.close()
                    window.deleteLater()

    timer = QTimer(interval=20)
    timer.timeout.connect(look)
    timer.start()
    yield seen
    timer.stop()


def test_the_window_opens_the_folder_it_is_given_and_ends_well(closing, photo_folder, tiny_model):
    assert main([str(photo_folder), "--model", str(tiny_model)]) == 0
    assert closing == {"folder": photo_folder, "photos": 12}


def test_the_last_folders_are_opened_again(closing, photo_folder, photos_in, tiny_model):
    keep_chosen(ChosenFolders((photo_folder, photos_in(5))))
    assert main(["--model", str(tiny_model)]) == 0
    assert closing["photos"] == 17


def test_the_folder_of_a_version_that_knew_one_at_a_time_is_opened_again(
    closing, photo_folder, state_folder, tiny_model
):
    (state_folder / "settings.ini").write_text(f"[General]\nfolder={photo_folder}\n", encoding="utf-8")
    assert main(["--model", str(tiny_model)]) == 0
    assert closing["photos"] == 12


def test_a_known_folder_that_is_not_there_is_opened_with_what_was_indexed(
    closing, photo_folder, tiny_model, tiny_encoder
):
    library = Library(photo_folder, tiny_encoder)
    list(library.refresh())
    library.close()
    photo_folder.rename(photo_folder.with_name("away"))
    assert main([str(photo_folder), "--model", str(tiny_model)]) == 0
    assert closing["photos"] == 12


def test_several_folders_are_opened_as_one_library(closing, photo_folder, photos_in, tiny_model):
    assert main([str(photo_folder), str(photos_in(5)), "--model", str(tiny_model)]) == 0
    assert closing["photos"] == 17


def test_a_new_person_gets_the_empty_window(closing, tiny_model):
    assert main(["--model", str(tiny_model)]) == 0
    assert closing == {"folder": None, "photos": 0}
