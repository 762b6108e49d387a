"""The program that `test_kills.py` kills: it indexes, watches, packs and so on, and says what it does.

Where that takes no time with so few photos, it waits within it, between what is written to the disk.
"""

import json
import os
import queue
import random
import sys
import time
import traceback
from contextlib import contextmanager

import engine.folders.watching
import engine.indexing.loading
import engine.indexing.refresh
import engine.state.database
import engine.state.takeover
import engine.state.vector_store
from engine.encoding.encoder import Encoder
from engine.errors import EngineError
from engine.folders.watching import FolderWatch
from engine.library import Library
from engine.state.sqlite_file import pragma
from engine.state.vector_store import VectorStore
from engine.state.vectors import VectorFile
from engine.vector_index.graph import Graph

PHASES = ("open", "migrate", "scan", "encode", "graph", "pack", "watch", "follow")
"""What it says it does: `watch` waits for changes, `follow` indexes what the watch told of."""

ENDED = "ended"
_SLOW = ("migrate", "graph", "pack")
_PAUSE_S = 0.02
_phase = PHASES[0]


def say(phase):
    """Say what is being done from now on."""
    global _phase
    if phase != _phase:
        _phase = phase
        tell(phase)


def tell(what):
    """Write a line; one as short as this arrives whole or not at all."""
    os.write(1, f"{what}\n".encode())


@contextmanager
def during(phase):
    """Do something else for a while."""
    before = _phase
    say(phase)
    try:
        time.sleep(_PAUSE_S)
        yield
        time.sleep(_PAUSE_S)
    finally:
        say(before)


def slowly(function):
    """Wait after it, where kills shall meet what is done."""

    def do(*arguments):
        result = function(*arguments)
        if _phase in _SLOW:
            time.sleep(_PAUSE_S / 2)
        return result

    return do


def mark_migrating():
    advance = engine.state.database._advance

    def mark(db, *arguments):
        if not pragma(db, "user_version"):  # there was none before
            return advance(db, *arguments)
        with during("migrate"):
            return advance(db, *arguments)

    engine.state.database._advance = mark
    for module in (engine.state.database, engine.state.takeover):
        module.run_all = slowly(module.run_all)


def mark_packing():
    pack, appending = VectorStore._pack, VectorFile.appending

    def mark(store, *arguments):
        with during("pack"):
            pack(store, *arguments)

    @contextmanager
    def slow(file, after=0):
        with appending(file, after) as append:
            yield slowly(append)
        slowly(file.hold)()

    VectorStore._pack, VectorFile.appending = mark, slow


def mark_graphs():
    build, write = Library._build_graph, Graph.write

    def mark(library, *arguments):
        if not library._gallery.index.wants_graph:
            return
        with during("graph"):
            for step in build(library, *arguments):
                time.sleep(_PAUSE_S)
                yield step

    Library._build_graph, Graph.write = mark, slowly(write)


def mark_encoding(encoder):
    embed = encoder.embed_photos

    def mark(images):
        if _phase == "scan":
            say("encode")
        time.sleep(_PAUSE_S)
        return embed(images)

    encoder.embed_photos = mark


def refresh(library, phase, **how):
    say(phase)
    for _ in library.refresh(**how):
        pass


def watch(library, seconds):
    told, end = queue.Queue(), time.monotonic() + seconds
    watches = [
        FolderWatch(one.folder, library.excludes(one.folder), changed=told.put) for one in library.folders
    ]
    for one in watches:
        one.start()
    try:
        while time.monotonic() < end:
            say("watch")
            try:
                change = told.get(timeout=0.05)
            except queue.Empty:
                continue
            refresh(library, "follow", only={change.folder: change.scope})
    finally:
        for one in watches:
            one.stop()


def run(model, seed, *folders):
    """Index and watch these folders again and again."""
    engine.folders.watching._QUIET_S = 0.05
    engine.indexing.refresh._CRASHES = 10**6  # a photo that is read at two kills is not to blame
    engine.indexing.loading.GRAPH_FROM, engine.indexing.loading.WHOLE_TO = 20, 10
    engine.state.vector_store._PACKED_FROM = 4
    rng, encoder = random.Random(seed), Encoder(model, threads=1)
    mark_migrating()
    mark_packing()
    mark_graphs()
    mark_encoding(encoder)
    tell(_phase)
    while True:
        say("open")
        try:
            library = Library(folders, encoder)
            refresh(library, "scan", recheck=rng.random() < 0.3)
            if rng.random() < 0.6:
                watch(library, rng.uniform(0.2, 2.0))
            library.close()
        except EngineError:  # a file that went meanwhile, or the lock of a process just killed
            time.sleep(_PAUSE_S)


def main():
    """Run for each line that comes, in a process that has loaded all; say its number, and when it ended."""
    for line in sys.stdin:
        process = os.fork()
        if not process:
            try:
                tell(os.getpid())
                run(*json.loads(line))
            except BaseException:
                traceback.print_exc()
            finally:
                os._exit(1)
        os.waitpid(process, 0)
        tell(ENDED)


if __name__ == "__main__":
    main()
