import os
import subprocess
import sys
import textwrap
import threading
import time
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from engine.errors import ImageError, UnavailableError
from engine.pictures import memory, photos
from engine.pictures.costs import Cost
from engine.pictures.memory import BUDGET, Budget, available_memory, out_of_memory
from engine.pictures.photos import open_photo

from .tiffs import tiled_tiff

ROOT = Path(__file__).resolve().parents[3]
MB = 1 << 20


def cost(megabytes):
    return Cost((4000, 3000), megabytes * MB, 12_000_000)


@pytest.fixture
def free(monkeypatch):
    """Makes it look as if so many megabytes were free."""

    def pretend(megabytes):
        monkeypatch.setattr(memory, "available_memory", lambda: megabytes * MB)

    pretend(1000)
    return pretend


def begun(budget, megabytes, *, alone=False):
    """A thread that wants room, an event that it got it, and one that lets it go."""
    inside, leave = threading.Event(), threading.Event()

    def work():
        with budget.room(cost(megabytes), alone=alone):
            inside.set()
            assert leave.wait(30)

    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    return thread, inside, leave


def waits(budget, inside, count=1):
    """Return whether the last of so many that want room stands in the queue, and waits there."""
    until = time.monotonic() + 30
    while time.monotonic() < until:
        with budget._changed:
            if len(budget._queue) == count:
                return not inside.is_set()
        time.sleep(0.005)
    return False


def test_pictures_are_decoded_side_by_side_while_they_fit_and_wait_while_they_do_not(free):
    budget = Budget()
    first, inside, leave = begun(budget, 200)
    second, inside_too, leave_too = begun(budget, 200)
    assert inside.wait(30)
    assert inside_too.wait(30)
    third, inside_last, leave_last = begun(budget, 200)  # 600 MB of the 500 that may be taken
    assert waits(budget, inside_last)
    leave.set()
    assert inside_last.wait(30)
    assert budget.bytes_in_use() == 400 * MB
    for event, thread in ((leave_too, second), (leave_last, third)):
        event.set()
        thread.join(30)
    first.join(30)
    assert (budget.bytes_in_use(), budget.peak) == (0, 400 * MB)


def test_a_picture_that_does_not_fit_beside_others_is_decoded_alone(free):
    budget = Budget()
    small, inside, leave = begun(budget, 100)
    assert inside.wait(30)
    large, inside_large, leave_large = begun(budget, 450)
    assert waits(budget, inside_large)
    later, inside_later, leave_later = begun(budget, 100)
    assert waits(budget, inside_later, 2)  # who waits first goes first, or a large one waits for ever
    leave.set()
    assert inside_large.wait(30)
    assert waits(budget, inside_later)
    leave_large.set()
    assert inside_later.wait(30)
    leave_later.set()
    for thread in (small, large, later):
        thread.join(30)


def test_what_asks_to_be_alone_is(free):
    budget = Budget()
    small, inside, leave = begun(budget, 1)
    assert inside.wait(30)
    lonely, inside_lonely, leave_lonely = begun(budget, 1, alone=True)
    assert waits(budget, inside_lonely)
    leave.set()
    assert inside_lonely.wait(30)
    other, inside_other, leave_other = begun(budget, 1)
    assert waits(budget, inside_other)
    leave_lonely.set()
    assert inside_other.wait(30)
    leave_other.set()
    for thread in (small, lonely, other):
        thread.join(30)


def test_what_waits_to_be_encoded_counts(free):
    budget = Budget()
    budget.keep(400 * MB)
    small, inside, leave = begun(budget, 50)
    assert inside.wait(30)
    other, inside_other, leave_other = begun(budget, 100)
    assert waits(budget, inside_other)
    budget.keep(-400 * MB)
    assert inside_other.wait(30)
    for event, thread in ((leave, small), (leave_other, other)):
        event.set()
        thread.join(30)


def test_what_fits_into_no_memory_of_now_may_come_again_and_what_no_photo_needs_may_not(free):
    free(200)
    with pytest.raises(UnavailableError, match="takes 101 MB, and 100 MB can be had"):
        Budget().room(cost(101)).__enter__()
    with pytest.raises(ImageError, match="too many: reading them takes 9000 MB") as caught:
        Budget().room(cost(9000)).__enter__()
    assert not isinstance(caught.value, UnavailableError)
    with pytest.raises(ImageError, match="301000x1000 pixels are too many"):
        Budget().room(Cost((301_000, 1000), MB, 301_000_000)).__enter__()


def test_a_small_picture_is_read_however_little_the_system_says_is_free(free):
    free(0)
    with Budget().room(cost(30)):
        pass


def test_who_waits_too_long_gives_up_and_is_not_waited_for(free, monkeypatch):
    monkeypatch.setattr(memory, "_PATIENCE_S", 0.1)
    monkeypatch.setattr(memory, "_LOOK_S", 0.05)
    budget = Budget()
    with budget.room(cost(300)):
        with pytest.raises(UnavailableError, match="do not fit"):
            budget.room(cost(300)).__enter__()
        with budget.room(cost(100)):
            assert budget.bytes_in_use() == 400 * MB


def test_memory_that_ran_out_in_a_decoder_is_tried_once_more_alone(tmp_path, monkeypatch):
    Image.new("RGB", (40, 30), "lime").save(tmp_path / "photo.png")
    finish, tries, asked = photos._finish, [], []
    room = BUDGET.room

    def exhausted(image, side):
        tries.append(side)
        if len(tries) == 1:
            raise OSError("decoder error -9 when reading image file")
        return finish(image, side)

    monkeypatch.setattr(photos, "_finish", exhausted)
    monkeypatch.setattr(
        BUDGET, "room", lambda cost, alone=False: asked.append(alone) or room(cost, alone=alone)
    )
    assert open_photo(tmp_path / "photo.png", side=30).getpixel((3, 3)) == (0, 255, 0)
    assert asked == [False, True]


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (MemoryError(), True),
        (OSError("decoder error -9"), True),
        (OSError("out of memory error when reading image file"), True),
        (RuntimeError("Failed to decode frame 0: Out of memory"), True),
        (RuntimeError("Memory allocation error: security limit"), True),
        (OSError("decoder error -2"), False),
        (OSError("image file is truncated"), False),
    ],
)
def test_lack_of_memory_is_told_from_damage(error, expected):
    assert out_of_memory(error) is expected
    assert isinstance(photos.refusal(error), UnavailableError) is expected


def test_a_limit_on_the_process_and_one_of_a_container_count(tmp_path, monkeypatch):
    assert 0 < available_memory() < 1 << 50
    (tmp_path / "memory.max").write_text(f"{500 * MB}\n")
    (tmp_path / "memory.current").write_text(f"{450 * MB}\n")
    (tmp_path / "memory.stat").write_text(f"anon {400 * MB}\ninactive_file {40 * MB}\n")
    monkeypatch.setattr(memory, "_CGROUP", tmp_path)
    assert available_memory() == 90 * MB
    (tmp_path / "memory.max").write_text("max\n")
    assert available_memory() > 90 * MB


LIMITED = """
    import resource, sys
    from pathlib import Path
    import engine.indexing.decoder
    from engine.indexing.decoder import Decoder
    from engine.folders.folder import walk
    from engine.pictures.memory import BUDGET

    folder, megabytes = Path(sys.argv[1]), int(sys.argv[2])
    list(walk(folder))
    used = int(Path("/proc/self/statm").read_text().split()[0]) * resource.getpagesize()
    limit = used + (megabytes << 20)
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    decoder = Decoder(folder, side=200, known=lambda _: False)
    decoder.request([photo for listing in walk(folder) for photo in listing.photos])
    read = []
    while len(read) < int(sys.argv[3]):
        read += decoder.take(4, within_s=1)
    for one in sorted(read, key=lambda one: one.found.name):
        print(one.found.name.decode(), one.error or one.image.size)
    print("peak", BUDGET.peak >> 20)
"""


@pytest.mark.slow
@pytest.mark.skipif(sys.platform != "linux", reason="limits are the system's")
def test_with_a_limit_set_photos_are_read_one_by_one_and_none_is_called_damaged(tmp_path):
    noise = np.random.default_rng(0).integers(0, 255, (30, 40, 3), np.uint8)
    photo = Image.fromarray(noise).resize((4000, 3000))
    for number in range(5):
        photo.save(tmp_path / f"{number}.png", compress_level=1)
        with (tmp_path / f"{number}.png").open("ab") as file:
            file.write(bytes(number))  # each another content
    photo.resize((9000, 6000)).save(tmp_path / "large.webp", method=0)
    (tmp_path / "bomb.tif").write_bytes(tiled_tiff(65536, 8192))
    command = [sys.executable, "-c", textwrap.dedent(LIMITED), str(tmp_path), "420", "7"]
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    done = subprocess.run(command, capture_output=True, text=True, env=environment, timeout=300, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    *lines, peak = done.stdout.splitlines()
    assert lines[:5] == [f"{number}.png (267, 200)" for number in range(5)]
    assert lines[5].startswith("bomb.tif 10x10 pixels")
    assert lines[6].startswith("large.webp 9000x6000 pixels do not fit into memory now")
    assert int(peak.split()[1]) <= 210


def test_small_pictures_begin_without_asking_the_system(free, monkeypatch):
    asked = []
    monkeypatch.setattr(memory, "available_memory", lambda: asked.append(1) or 0)
    budget = Budget()
    with budget.room(cost(30)), budget.room(cost(30)):
        assert asked == []
        third, inside, leave = begun(budget, 30)
        assert waits(budget, inside)
    assert inside.wait(30)
    leave.set()
    third.join()
    assert asked
