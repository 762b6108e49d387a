import os
import socket
import struct
import sys
import threading

import pytest

from app.start import screen
from app.start.screen import Screen, find_screen

LINUX = pytest.mark.skipif(sys.platform != "linux", reason="about Linux's screens")


def everything(_: str) -> object:
    return object()


def without(missing: str):
    def load(name: str) -> object:
        if name == missing:
            raise OSError(name)
        return object()

    return load


def found(environment, *answering: str, load=everything) -> Screen:
    return find_screen(environment, "linux", load, lambda kind, _: kind in answering)


def test_no_screen_is_said_in_one_sentence():
    assert "neither DISPLAY nor WAYLAND_DISPLAY" in (found({}).trouble or "")


def test_a_missing_system_library_is_named_with_its_package():
    x11 = {"DISPLAY": ":0"}
    assert "libxcb-cursor0" in (found(x11, "xcb", load=without("libxcb-cursor.so.0")).trouble or "")
    assert "libegl1" in (found(x11, "xcb", load=without("libEGL.so.1")).trouble or "")


def test_wayland_and_offscreen_need_nothing_of_x11():
    lacking = without("libxcb-cursor.so.0")
    assert found({"WAYLAND_DISPLAY": "wayland-0"}, "wayland", load=lacking).trouble is None
    assert found({"QT_QPA_PLATFORM": "offscreen"}, load=lacking).trouble is None
    assert found({"QT_QPA_PLATFORM": "xcb", "DISPLAY": ":0"}, "xcb", load=lacking).trouble is not None


def test_a_complete_system_and_other_systems_pass():
    assert found({"DISPLAY": ":0"}, "xcb") == Screen()
    assert find_screen({}, "win32", everything) == Screen()
    assert find_screen({}, "darwin", everything) == Screen()


def test_a_screen_that_does_not_answer_is_named_with_its_variable():
    assert found({"DISPLAY": "gone:7"}).trouble == "The screen gone:7 does not answer: check DISPLAY."
    assert "check WAYLAND_DISPLAY" in (found({"WAYLAND_DISPLAY": "wayland-3"}).trouble or "")
    assert found({"QT_QPA_PLATFORM": "xcb"}).trouble == "DISPLAY is not set."
    assert "check DISPLAY" in (found({"QT_QPA_PLATFORM": "xcb", "DISPLAY": ":9"}, "wayland").trouble or "")


def test_of_two_screens_the_one_that_answers_is_used():
    both = {"DISPLAY": ":0", "WAYLAND_DISPLAY": "wayland-0"}
    assert found(both, "xcb") == Screen(platform="xcb")
    assert found(both, "wayland") == Screen(platform="wayland")
    assert found(both, "wayland", "xcb") == Screen()
    assert found(both, "wayland", "xcb", load=without("libwayland-client.so.0")) == Screen(platform="xcb")
    assert found(both).trouble is not None


@pytest.mark.parametrize("chosen", ["nonsense", "xcb;wayland", "vnc:size=9x9"])
def test_an_unusual_platform_is_tried(chosen):
    assert found({"QT_QPA_PLATFORM": chosen}, chosen) == Screen()
    assert f"QT_QPA_PLATFORM={chosen}" in (found({"QT_QPA_PLATFORM": chosen}).trouble or "")


def test_qt_plugins_from_elsewhere_are_tried():
    foreign = {"DISPLAY": ":0", "QT_QPA_PLATFORM_PLUGIN_PATH": "/elsewhere"}
    assert found(foreign, "xcb", "qt") == Screen()
    assert "plugins" in (found(foreign, "xcb").trouble or "")


@LINUX
@pytest.mark.parametrize(("chosen", "answer"), [("offscreen", True), ("nonsense", False)])
def test_qt_is_started_in_earnest_for_a_platform_nobody_knows(monkeypatch, chosen, answer):
    monkeypatch.setenv("QT_QPA_PLATFORM", chosen)
    assert screen._answers(chosen, os.environ) is answer


@LINUX
def test_an_x11_screen_that_is_not_there_or_never_answers_is_given_up(tmp_path, monkeypatch):
    monkeypatch.setattr(screen, "_PATIENCE_S", 0.5)
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as mute:
        mute.bind(("127.0.0.1", 0))
        mute.listen()
        number = mute.getsockname()[1] - 6000
        assert not screen._x11_answers(f"127.0.0.1:{number}")
    assert not screen._x11_answers(":61234")
    assert not screen._x11_answers("no display")


@LINUX
def test_an_x11_server_that_drops_a_client_is_tried_again_and_keeps_one_until_qt_has_come():
    accepted = struct.pack("=BxHHH", 1, 11, 0, 8) + bytes(20) + struct.pack("=BBH", 1, 0, 0) + bytes(8)
    ends, told = [], threading.Event()

    def serve() -> None:
        ear.accept()[0].close()
        with ear.accept()[0] as line:
            line.recv(4096)
            line.sendall(accepted)
            told.wait()
            line.settimeout(0.2)
            for act in (lambda: None, screen.let_go):
                act()
                try:
                    ends.append(line.recv(1) == b"")
                except TimeoutError:
                    ends.append(False)

    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as ear:
        ear.bind(("127.0.0.1", 0))
        ear.listen()
        thread = threading.Thread(target=serve, daemon=True)
        thread.start()
        answered = screen._x11_answers(f"127.0.0.1:{ear.getsockname()[1] - 6000}")
        told.set()
        thread.join(60)
    assert (answered, ends) == (True, [False, True])


@LINUX
@pytest.mark.parametrize(
    "answer", [struct.pack("=II", 2, 12 << 16), b"", None], ids=["alive", "ends", "mute"]
)
def test_a_wayland_screen_is_asked_for_a_sign_of_life(tmp_path, monkeypatch, answer):
    monkeypatch.setattr(screen, "_PATIENCE_S", 0.5 if answer is None else 30.0)
    done, asked = threading.Event(), []

    def serve() -> None:
        with ear.accept()[0] as line:
            asked.append(line.recv(12))
            if answer is not None:
                line.sendall(answer)
            else:
                done.wait()

    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as ear:
        ear.bind(str(tmp_path / "wayland-7"))
        ear.listen()
        thread = threading.Thread(target=serve)
        thread.start()
        environment = {"XDG_RUNTIME_DIR": str(tmp_path), "WAYLAND_DISPLAY": "wayland-7"}
        assert screen._wayland_answers(environment) is bool(answer)
        done.set()
        thread.join()
    assert asked == [struct.pack("=III", 1, 12 << 16, 2)]
    assert not screen._wayland_answers({**environment, "WAYLAND_DISPLAY": "wayland-8"})
    assert not screen._wayland_answers({"WAYLAND_DISPLAY": "wayland-7"})
