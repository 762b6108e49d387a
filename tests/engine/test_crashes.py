"""What is left after the program was killed: real processes, killed for real."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from engine.library import Library

ROOT = Path(__file__).resolve().parents[2]
INDEXING = """
import os, sys, time
import engine.indexing.decoder, engine.indexing.refresh
from engine.encoding.encoder import Encoder
from engine.library import Library

engine.indexing.refresh.ticks = lambda: lambda: True  # each batch is told
folder, model, log, deadly = sys.argv[1:]
encoder, opened = Encoder(model, threads=1), engine.indexing.decoder.open_photo
embed = encoder.embed_photos

def counted(images):
    with open(log, "a") as file:
        print(len(images), file=file)
    with open(log) as file:
        done = sum(map(int, file))
    time.sleep(60 if deadly == "wait" and done > 48 else 0)  # until it is killed
    return embed(images)

def guarded(path, side):
    if path.name == deadly:
        os.kill(os.getpid(), 9)
    return opened(path, side=side)

encoder.embed_photos, engine.indexing.decoder.open_photo = counted, guarded
for step in Library(folder, encoder).refresh():
    print(step.phase, step.done, flush=True)
print("finished", 0, flush=True)
"""

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX signals")


@pytest.fixture
def folder(tmp_path, draw_picture):
    folder = tmp_path / "photos"
    folder.mkdir()
    for number in range(120):
        draw_picture("square", (number, 2 * number, 255 - number)).save(folder / f"{number:03}.png")
    return folder


@pytest.fixture
def start(folder, tiny_model, tmp_path):
    """Starts a process that indexes the folder; one photo may be deadly to it, or it waits to be killed."""

    def go(deadly: str = "") -> "subprocess.Popen[str]":
        command = [sys.executable, "-c", INDEXING, folder, tiny_model, tmp_path / "log", deadly]
        return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True, env=os.environ)

    return go


def test_a_killed_refresh_loses_nothing_and_repeats_a_batch_at_most(start, folder, tiny_encoder, tmp_path):
    told = 0
    with start("wait") as process:
        for line in process.stdout:
            phase, done = line.split()
            if phase == "encode":
                told = int(done)
            if told >= 32:
                process.kill()
                break
    assert process.returncode == -signal.SIGKILL
    library = Library(folder, tiny_encoder)
    kept = library.photo_count
    library.close()
    assert told <= kept < 120
    with start() as process:
        assert "finished 0\n" in process.stdout.readlines()
    encoded = sum(map(int, (tmp_path / "log").read_text().split()))
    assert 120 <= encoded <= 120 + 16
    library = Library(folder, tiny_encoder)
    assert (library.photo_count, library.skipped_files()) == (120, [])
    library.close()


@pytest.mark.slow
def test_a_photo_that_kills_the_program_is_left_out_until_it_is_replaced(
    start, folder, tiny_encoder, draw_picture
):
    counts, status = [], None
    while status != 0 and len(counts) < 5:
        with start("060.png") as process:
            process.stdout.read()
        status, library = process.returncode, Library(folder, tiny_encoder)
        counts.append(library.photo_count)
        skipped = [(one.path.name, one.reason) for one in library.skipped_files()]
        library.close()
    assert (len(counts), counts[2:]) == (4, [119, 119])
    assert skipped == [("060.png", "the program stopped each time it read this photo.")]
    draw_picture("circle", "gold", (50, 50)).save(folder / "060.png")
    with start() as process:
        process.stdout.read()
    library = Library(folder, tiny_encoder)
    assert (library.photo_count, library.skipped_files()) == (120, [])
    library.close()
