import argparse
import os
import socket
import sys
from pathlib import Path

import pytest

from app.__main__ import main
from app.terminal.uris import folder_or_uri

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="the addresses here are of POSIX paths")


@pytest.mark.parametrize(
    ("address", "path"),
    [
        ("file:///home/me/Pictures", "/home/me/Pictures"),
        ("file:///home/me/Two%20words%20%23%3F", "/home/me/Two words #?"),
        ("file://localhost/media/x", "/media/x"),
        ("file:/home/me", "/home/me"),
        ("FILE:///home/me/", "/home/me"),
        ("file:///home/%C3%9Cbung", "/home/\N{LATIN CAPITAL LETTER U WITH DIAERESIS}bung"),
        ("/plain/path%20as it is", "/plain/path%20as it is"),
        ("relative", "relative"),
    ],
)
def test_an_address_names_the_folder_that_a_path_would(address, path):
    assert folder_or_uri(address) == Path(path)


def test_the_machines_own_name_in_an_address_is_this_machine():
    assert folder_or_uri(f"file://{socket.gethostname()}/x") == Path("/x")


def test_an_address_keeps_names_that_are_not_valid_text():
    assert os.fsencode(folder_or_uri("file:///x%FF")) == b"/x\xff"


def test_a_folder_that_is_called_like_an_address_is_that_folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("file:x").mkdir()
    assert folder_or_uri("file:x") == Path("file:x")


@pytest.mark.parametrize(
    "address", ["file://elsewhere/share", "file:relative", "file://[x", "file:///a%00b", "file:"]
)
def test_an_address_of_no_folder_here_is_refused(address):
    with pytest.raises(argparse.ArgumentTypeError):
        folder_or_uri(address)


def test_the_verbs_and_the_window_take_addresses(photo_folder, tmp_path, capsys, tiny_model):
    assert main(["index", photo_folder.as_uri(), "--model", str(tiny_model)]) == 0
    capsys.readouterr()
    assert main([(tmp_path / "no where").as_uri()]) == 2
    assert "There is no folder" in capsys.readouterr().err
    assert main(["file://elsewhere/share"]) == 2
    assert "another machine" in capsys.readouterr().err
