import threading

from engine import decoder as decoder_module
from engine.decoder import THREADS, Decoder
from engine.folder import Found


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
