"""An encoder that takes as long as a test wants."""

import threading
import time

from engine.encoding.encoder import Encoder


class SlowEncoder(Encoder):
    """The real tiny encoder; photos wait for the test's word."""

    def __init__(self, path) -> None:
        super().__init__(path, threads=1)
        self.may, self.begun = threading.Semaphore(0), threading.Event()
        self.fails = False

    def embed_photos(self, images):
        self.begun.set()
        self.may.acquire()
        if self.fails:
            self.fails = False
            raise RuntimeError("out of memory")
        time.sleep(0.12)  # longer than indexing goes without reporting: there is a half way to stop at
        return super().embed_photos(images)
