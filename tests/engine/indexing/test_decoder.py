import threading
import time

from PIL import Image

from engine.errors import UnavailableError
from engine.folders.folder import Found
from engine.indexing import decoder as decoder_module
from engine.indexing.decoder import THREADS, Decoder
from engine.pictures.memory import BUDGET


def found(path):
    return Found(path.name.encode(), path.stat().st_size, path.stat().st_mtime_ns)


def test_a_closed_decoder_opens_none_of_the_photos_that_wait(photos_in, monkeypatch):
    opened, begun, go_on = [], threading.Semaphore(0), threading.Event()

    def slow(path, side):
        opened.append(path.name)
        begun.release()
        assert go_on.wait(30)

    monkeypatch.setattr(decoder_module, "open_photo", slow)
    monkeypatch.setattr(decoder_module, "_FAREWELL_S", 0.0)
    folder, before = photos_in(10), set(threading.enumerate())
    decoder = Decoder(folder, side=32, known=lambda _: False)
    decoder.request(map(found, sorted(folder.iterdir())))
    for _ in range(THREADS):
        assert begun.acquire(timeout=30)
    threads = set(threading.enumerate()) - before
    decoder.close()
    go_on.set()
    for thread in threads:
        thread.join(30)
    assert (len(threads), len(opened)) == (THREADS, THREADS)


def read_all(decoder, count):
    read = []
    while len(read) < count:
        read += decoder.take(count, within_s=1)
    return {one.found.name: one for one in read}


def test_a_photo_whose_decoder_panics_ends_no_thread(photos_in, monkeypatch):
    class PanicException(BaseException):
        """As decoders in Rust raise it."""

    def panic(path, side):
        raise PanicException(f"in {path} at {side}")

    monkeypatch.setattr(decoder_module, "open_photo", panic)
    folder = photos_in(THREADS + 1)
    decoder = Decoder(folder, side=32, known=lambda _: False)
    decoder.request(map(found, folder.iterdir()))
    read = decoder.take(THREADS + 1, within_s=10)
    decoder.close()
    assert [str(one.error) for one in read] == ["the file is damaged."] * (THREADS + 1)


def test_an_incomplete_photo_is_read_with_a_remark_and_a_whole_one_without(tmp_path):
    Image.effect_noise((300, 200), 90).save(tmp_path / "whole.ppm")
    data = (tmp_path / "whole.ppm").read_bytes()
    for name, share in (("cut", 0.9), ("half", 0.5)):
        (tmp_path / f"{name}.ppm").write_bytes(data[: int(len(data) * share)])
    decoder = Decoder(tmp_path, side=32, known=lambda _: False)
    decoder.request(map(found, tmp_path.iterdir()))
    read = read_all(decoder, 3)
    decoder.close()
    assert (read[b"whole.ppm"].remark, read[b"whole.ppm"].error) == ("", None)
    assert read[b"cut.ppm"].remark.startswith("the file is incomplete: 8")
    assert (read[b"cut.ppm"].error, read[b"cut.ppm"].image.size) == (None, (48, 32))
    assert (read[b"half.ppm"].image, read[b"half.ppm"].remark) == (None, "")
    assert str(read[b"half.ppm"].error).startswith("the file is incomplete: only 49%")


def test_reading_waits_while_much_waits_to_be_encoded(photos_in, monkeypatch):
    opened, original = [], decoder_module.open_photo
    monkeypatch.setattr(decoder_module, "_MOST_WAITING", 3000)  # bytes: the first photo alone is more
    monkeypatch.setattr(
        decoder_module, "open_photo", lambda path, side: opened.append(path) or original(path, side=side)
    )
    folder, before = photos_in(12), BUDGET.bytes_in_use()
    decoder = Decoder(folder, side=32, known=lambda _: False)
    decoder.request(map(found, sorted(folder.iterdir())))
    [first] = decoder.take(1, within_s=30)
    until = time.monotonic() + 30
    while decoder._in_hand or BUDGET.bytes_in_use() == before:  # until no thread reads, as much waits
        assert time.monotonic() < until
        time.sleep(0.01)
    assert first.image is not None
    assert len(opened) <= 2 * THREADS + 1
    assert 0 < BUDGET.bytes_in_use() - before <= 4 * 32 * 64 * 2 * THREADS
    assert len(read_all(decoder, 11)) == 11
    assert BUDGET.bytes_in_use() == before
    decoder.close()


def test_what_was_read_and_not_taken_is_given_back_by_closing(photos_in):
    folder, before = photos_in(4), BUDGET.bytes_in_use()
    decoder = Decoder(folder, side=32, known=lambda _: False)
    decoder.request(map(found, sorted(folder.iterdir())))
    decoder.take(1, within_s=30)
    decoder.close()
    for thread in decoder._threads:
        thread.join(30)
    assert BUDGET.bytes_in_use() == before


def test_a_file_replaced_while_it_is_read_is_left_for_the_next_time(tmp_path, draw_picture, monkeypatch):
    """Or the hash of one picture would stand for the vector of another."""
    path = tmp_path / "photo.png"
    draw_picture("circle", "black").save(path)
    opened = decoder_module.open_photo

    def replaced_before(path, side):
        draw_picture("square", "red").save(tmp_path / "other.png")
        (tmp_path / "other.png").replace(path)
        return opened(path, side=side)

    monkeypatch.setattr(decoder_module, "open_photo", replaced_before)
    decoder = Decoder(tmp_path, side=32, known=lambda digest: False)
    decoder.request([Found(b"photo.png", 1, 1)])
    (read,) = decoder.take(1, within_s=30)
    decoder.close()
    assert isinstance(read.error, UnavailableError)
    assert "changed while it was read" in str(read.error)


def test_a_file_that_grows_without_end_while_it_is_read_is_left_for_the_next_time(photos_in, monkeypatch):
    def endless(path, on_piece):
        while True:
            on_piece(path.stat().st_size)

    monkeypatch.setattr(decoder_module, "content_hash", endless)
    [path] = (folder := photos_in(1)).iterdir()
    decoder = Decoder(folder, side=32, known=lambda digest: False)
    decoder.request([found(path)])
    (read,) = decoder.take(1, within_s=30)
    decoder.close()
    assert "changed while it was read" in str(read.error)


def test_time_in_which_the_machine_sleeps_does_not_count_as_decoding(photos_in, monkeypatch):
    begun, go_on = threading.Event(), threading.Event()

    def slow(path, side):
        begun.set()
        assert go_on.wait(30)

    monkeypatch.setattr(decoder_module, "open_photo", slow)
    folder = photos_in(1)
    decoder = Decoder(folder, side=32, known=lambda _: False)
    decoder.request(map(found, folder.iterdir()))
    assert begun.wait(30)
    later = time.monotonic() + 3600
    with monkeypatch.context() as asleep:
        asleep.setattr(time, "monotonic", lambda: later)
        left = [decoder.leave_decoding(1.0, step_s=0.6) for _ in range(2)]
    go_on.set()
    decoder.close()
    assert [len(one) for one in left] == [0, 1]
