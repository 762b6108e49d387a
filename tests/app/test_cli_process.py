"""The verbs as processes: bytes, signals, pipes, and what leaks to the terminal."""

import json
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

from app.cli import main
from engine.state.catalog import Catalog

ROOT = Path(__file__).resolve().parents[2]
RUN = "import sys; from app.cli import main; sys.exit(main(sys.argv[1:]))"
UNTRIED = """
import sys
from engine.child import ChildEnd
from engine.encoding import vetting
vetting.run_apart = lambda *_, **__: ChildEnd(0, b"")
"""
"""What RUN begins with where nobody waits for the model to be tried in one more process."""


@pytest.fixture
def process(tiny_model):
    """Runs the same in a process of its own."""

    def go(
        *arguments: object, tried: bool = False, **options: object
    ) -> "subprocess.CompletedProcess[bytes]":
        code = RUN if tried else UNTRIED + RUN
        command = [sys.executable, "-c", code, *map(os.fspath, arguments), "--model", tiny_model]
        return subprocess.run(command, cwd=ROOT, capture_output=True, check=False, **options)

    return go


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="only Linux lets a name be any bytes")
def test_names_that_are_no_text_come_out_as_they_are(process, photo_folder, sketch):
    name = os.fsencode(photo_folder) + b"/caf\xe9.png"
    os.rename(next(photo_folder.glob("*.png")), name)
    (photo_folder / os.fsdecode(b"br\xf8ken.jpg")).write_bytes(b"no photo")
    indexed = process("index", photo_folder)
    assert indexed.returncode == 0
    assert b"br\xf8ken.jpg" in indexed.stdout
    assert name in process("search", photo_folder, "--sketch", sketch).stdout
    rows = json.loads(process("search", photo_folder, "--sketch", sketch, "--json").stdout)
    assert name in [os.fsencode(row["path"]) for row in rows]


@pytest.mark.skipif(sys.platform != "linux", reason="about the C locale")
def test_a_terminal_that_knows_ascii_only_gets_an_answer(process, photo_folder, sketch):
    next(photo_folder.glob("*.png")).rename(photo_folder / "naïve 写真.png")
    plain = {**os.environ, "PYTHONIOENCODING": "ascii"}
    result = process("search", photo_folder, "--sketch", sketch, env=plain)
    assert result.returncode == 0
    assert b"na\\xefve" in result.stdout


def test_nothing_of_the_libraries_leaks_to_stderr(process, photo_folder, sketch, draw_picture):
    draw_picture("circle", "red").save(photo_folder / "odd.jpg", exif=b"Exif\0\0II*\0\xff\xff\xff\xffgarbage")
    Image.new("1", (9_500, 9_500)).save(photo_folder / "large.png")
    assert b"arning" not in process("index", photo_folder, tried=True).stderr
    result = process("search", photo_folder, "--sketch", sketch, "--json")
    assert (result.returncode, result.stderr, len(json.loads(result.stdout))) == (0, b"", 14)


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")
@pytest.mark.parametrize("sent", [signal.SIGINT, pytest.param(signal.SIGTERM, marks=pytest.mark.slow)])
def test_a_program_told_to_end_leaves_nothing_in_flight(tiny_model, photo_folder, state_folder, sent):
    slow = (
        "import signal, time, engine.encoding.encoder as e\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"  # not so in the background
        "e.Encoder.embed_photos = lambda self, images: (print('busy', flush=True), time.sleep(30))\n"
        + UNTRIED
        + RUN
    )
    command = [sys.executable, "-c", slow, "index", photo_folder, "--model", tiny_model]
    pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, cwd=ROOT, **pipes) as running:
        assert running.stdout.readline() == b"busy\n"
        running.send_signal(sent)
        _, err = running.communicate(timeout=60)
    assert running.returncode == 128 + sent
    assert b"Traceback" not in err
    catalog = Catalog(state_folder)
    assert catalog.suspects(catalog.root(os.fsencode(photo_folder))) == {}
    catalog.close()


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX pipes")
def test_a_reader_that_has_seen_enough_is_no_error(tiny_model, photo_folder, sketch):
    options = ["--sketch", sketch, "--model", tiny_model]
    command = [sys.executable, "-c", UNTRIED + RUN, "search", photo_folder, *options]
    main(["index", str(photo_folder), "--model", str(tiny_model)])
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as running:
        running.stdout.close()
        err = running.stderr.read()
    assert (running.returncode, err) == (0, b"")


def test_the_help_and_wrong_usage_need_no_heavy_imports():
    code = "import sys, app.cli as c; c.main(['index']); print({'onnxruntime', 'hnswlib'} & set(sys.modules))"
    result = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
    )
    assert result.stdout == "set()\n"
