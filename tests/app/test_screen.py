from app.screen import missing_screen


def everything(_: str) -> object:
    return object()


def without(missing: str):
    def load(name: str) -> object:
        if name == missing:
            raise OSError(name)
        return object()

    return load


def test_no_screen_is_said_in_one_sentence():
    reason = missing_screen({}, "linux", everything)
    assert reason is not None
    assert "DISPLAY" in reason


def test_a_missing_system_library_is_named_with_its_package():
    x11 = {"DISPLAY": ":0"}
    assert "libxcb-cursor0" in (missing_screen(x11, "linux", without("libxcb-cursor.so.0")) or "")
    assert "libegl1" in (missing_screen(x11, "linux", without("libEGL.so.1")) or "")


def test_wayland_and_offscreen_need_nothing_of_x11():
    lacking = without("libxcb-cursor.so.0")
    assert missing_screen({"WAYLAND_DISPLAY": "wayland-0"}, "linux", lacking) is None
    assert missing_screen({"QT_QPA_PLATFORM": "offscreen"}, "linux", lacking) is None
    assert missing_screen({"QT_QPA_PLATFORM": "xcb", "DISPLAY": ":0"}, "linux", lacking) is not None


def test_a_complete_system_and_other_systems_pass():
    assert missing_screen({"DISPLAY": ":0"}, "linux", everything) is None
    assert missing_screen({}, "win32", everything) is None
    assert missing_screen({}, "darwin", everything) is None
