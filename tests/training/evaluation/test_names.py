"""Folders and files whose names are no text, as archives of other systems leave them."""

import json
import os
import shutil
import sys
from pathlib import Path

import pytest
from PIL import Image

from training.atomic_files import write_atomically
from training.cli import main
from training.data.reading import read_collection
from training.evaluation.heldout import HeldOut

from ..conftest import Colours

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")

CLASS, FILE = os.fsdecode(b"caf\xe9"), os.fsdecode(b"sketchy_\xff")


@pytest.fixture
def odd(own_shapes: Path) -> Path:
    """Data whose unseen class, and one sketch and one photo of it, have such names."""
    for domain, old, new in (("photo", "_0.jpg", ".jpg"), ("sketch", "_0-1.png", "-1.png")):
        folder = own_shapes / domain / CLASS
        shutil.move(own_shapes / domain / "star ball", folder)
        (folder / f"sketchy{old}").rename(folder / f"{FILE}{new}")
    split = {"train": ["square"], "val": ["octagon"], "unseen": [CLASS]}
    (own_shapes / "split.json").write_text(json.dumps(split), "utf-8")
    return own_shapes


def test_evaluate_measures_them_and_lists_them_by_their_bytes(
    odd: Path, tiny_model: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ["evaluate", str(tiny_model), "--data", str(odd), "--measures", "sketch,instance"]
    tables = ["--per-query", str(tmp_path / "queries.csv"), "--per-class", str(tmp_path / "classes.csv")]
    assert main([*words, *tables, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["instance"]["R@10"] == 100
    assert b"sketch,caf\xe9,sketchy_\xff-1," in (tmp_path / "queries.csv").read_bytes()
    assert b"sketch,caf\xe9,4," in (tmp_path / "classes.csv").read_bytes()
    assert main(["compare", tables[1], tables[1], "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["sketch"]["classes"] == 1
    vectors = str(tmp_path / "vectors.npz")
    assert main([*words, "--save-embeddings", vectors]) == 0
    assert main(["evaluate", "--embeddings", vectors]) == 0


def full(_: Image.Image, file: Path, *__: object) -> None:
    file.write_bytes(b"half")
    raise OSError("the disk is full")


def test_rankings_draw_them_and_data_lists_them(
    odd: Path, tiny_model: Path, tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    sheet = tmp_path / f"{FILE}.png"
    assert main(["rankings", str(tiny_model), "--data", str(odd), "--to", str(sheet), "--queries", "2"]) == 0
    before = sheet.read_bytes()
    nameless = sheet.with_suffix(".picture")
    for file, error in ((nameless, "unknown file extension"), (sheet, "disk is full")):
        words = ["rankings", str(tiny_model), "--data", str(odd), "--to", str(file), "--queries", "2"]
        with pytest.MonkeyPatch.context() as patched:
            if file == sheet:
                patched.setattr(Image.Image, "save", full)
            assert main(words) == 2
        assert error in capsysbinary.readouterr().err.decode("utf-8", "surrogateescape")
    assert sheet.read_bytes() == before
    assert not nameless.exists()
    assert main(["data", str(odd), "--whole"]) == 0
    assert b"\ncaf\xe9 " in capsysbinary.readouterr().out


def test_a_sketch_of_such_a_name_is_photographed_on_paper(odd: Path) -> None:
    held = HeldOut.of_split(Colours(), read_collection(odd))
    assert len(held.paper_queries("dim", 1).vectors) == 1


def test_half_a_pair_from_json_is_written_as_an_escape(tmp_path: Path) -> None:
    write_atomically(tmp_path / "list.csv", "\ud800\n")
    assert (tmp_path / "list.csv").read_text("utf-8") == "\\ud800\n"
