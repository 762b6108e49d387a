"""A hand that changes a folder of photos at random, for tests of what is noticed."""

import random
import shutil


class Hand:
    """Does something to a folder of photos, at random."""

    def __init__(self, seed, folder, outside, sources) -> None:
        self.random, self.folder, self.outside = random.Random(seed), folder, outside
        self.sources, self.count = sources, 0
        self.deeds = (self.add, self.add, self.spoil, self.remove, self.rename, self.change, self.make)
        self.deeds += (self.move, self.put_out, self.bring_in, self.remove_tree, self.mark, self.link)

    def act(self):
        self.random.choice(self.deeds)()

    def files(self):
        return sorted(one for one in self.folder.rglob("*.png") if one.is_file() and not one.is_symlink())

    def folders(self):
        return sorted(one for one in self.folder.rglob("*") if one.is_dir() and not one.is_symlink())

    def some(self, ones):
        return self.random.choice(ones) if ones else None

    def name(self, ending=""):
        self.count += 1
        return self.random.choice(["", "", "", ".", "left out "]) + f"new {self.count}{ending}"

    def place(self):
        return self.some([self.folder, *self.folders()])

    def add(self):
        shutil.copy(self.some(self.sources), self.place() / self.name(".png"))

    def spoil(self):
        (self.place() / self.name(".png")).write_bytes(b"no picture")

    def remove(self):
        if photo := self.some(self.files()):
            photo.unlink()

    def rename(self):
        if photo := self.some(self.files()):
            photo.rename(self.place() / self.name(".png"))

    def change(self):
        if photo := self.some(self.files()):
            photo.write_bytes(self.some(self.sources).read_bytes())

    def make(self):
        (self.place() / self.name()).mkdir()

    def move(self):
        moved, place = self.some(self.folders()), self.place()
        if moved and not place.is_relative_to(moved):
            moved.rename(place / self.name())

    def put_out(self):
        if moved := self.some(self.folders()):
            moved.rename(self.outside / f"{self.count} {moved.name}")

    def bring_in(self):
        if moved := self.some(sorted(self.outside.iterdir())):
            moved.rename(self.place() / self.name())

    def remove_tree(self):
        if gone := self.some(self.folders()):
            shutil.rmtree(gone)

    def mark(self):
        if place := self.some(self.folders()):
            marker = place / ".nomedia"
            marker.unlink() if marker.exists() else marker.touch()

    def link(self):
        link = self.place() / self.name()
        link.symlink_to(self.place(), target_is_directory=True)
