"""Where a folder lies: on a drive whose changes the system tells of, or on somebody else's."""

import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from engine.folders import mounts
from engine.folders.excludes import Excludes
from engine.folders.folder import walk
from engine.folders.mounts import (
    inventing_devices,
    is_remote,
    is_remote_kind,
    kind_of,
    list_mounts,
    list_mounts_below,
    of_linux,
    of_mac,
)
from engine.folders.scope import listings
from engine.inventory import known_folders

from ..conftest import photos_in, refreshed

LINUX = """\
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
30 22 0:50 / /media/my\\040nas rw,relatime shared:2 - nfs4 nas:/photos rw,vers=4.2
31 22 0:51 / /media/stick rw - vfat /dev/sdb1 rw
32 31 0:52 / /media/stick rw master:3 - fuse.sshfs me@host:/ rw
33 22 0:53 / /media/stic rw - ext4 /dev/sdc1 rw
"""
MAC = """\
/dev/disk3s1s1 on / (apfs, sealed, local, read-only, journaled)
//me@nas/photos (old) on /Volumes/my photos (smbfs, nodev, nosuid, mounted by me)
"""


@pytest.mark.parametrize(
    ("folder", "kind"),
    [
        ("/home/me/photos", "ext4"),
        ("/media/my nas/2020", "nfs4"),
        ("/media/my nas", "nfs4"),
        ("/media/stick/a", "fuse.sshfs"),  # mounted over another one
        ("/media/stick2", "ext4"),
    ],
)
def test_the_nearest_mount_above_counts_and_of_two_the_later_one(folder, kind):
    assert kind_of(Path(folder), list(of_linux(LINUX))) == kind


ODD = "/media/a\x85b\x0bc d\\e\r\tf"


def test_names_with_what_the_kernel_escapes_and_with_other_line_breaks_are_read(tmp_path, monkeypatch):
    escaped = ODD.replace("\\", "\\134").replace(" ", "\\040").replace("\t", "\\011")
    table = LINUX + f"34 22 0:54 / {escaped}/nas rw - cifs //nas/photos rw\n"
    assert list(of_linux(table))[-1] == (Path(ODD) / "nas", "cifs")
    assert kind_of(Path("/media/stick2"), list(of_linux(table))) == "ext4"
    (tmp_path / "mountinfo").write_bytes(table.encode())
    monkeypatch.setattr(mounts, "_MOUNTINFO", tmp_path / "mountinfo")
    [line] = list_mounts_below(Path(ODD))
    assert line.startswith("34 22")


def test_what_macos_prints_is_understood():
    assert list(of_mac(MAC)) == [(Path("/"), "apfs"), (Path("/Volumes/my photos"), "smbfs")]


@pytest.mark.parametrize(
    "kind", ["nfs", "nfs4", "cifs", "smb3", "9p", "afs", "fuse.sshfs", "fuse.rclone", "smbfs"]
)
def test_networks_are_remote(kind):
    assert is_remote_kind(kind)


@pytest.mark.parametrize("kind", ["macfuse", "osxfuse", "fuse"])
def test_where_it_is_not_told_whose_a_drive_is_it_counts_as_remote(kind):
    assert is_remote_kind(kind)


@pytest.mark.parametrize("kind", ["ext4", "btrfs", "vfat", "fuseblk", "fuse.ntfs-3g", "tmpfs", "overlay", ""])
def test_disks_are_not(kind):
    assert not is_remote_kind(kind)


def test_numbers_of_files_are_kept_but_of_disks_that_have_none(tmp_path, folder, monkeypatch):
    device = folder.stat().st_dev
    major, minor = os.major(device), os.minor(device)
    monkeypatch.setattr(mounts, "_MOUNTINFO", tmp_path / "mountinfo")
    for kind, keeps in (("ext4", True), ("exfat", False), ("fuse.sshfs", False), ("fuse.mergerfs", True)):
        (tmp_path / "mountinfo").write_text(f"30 22 {major}:{minor} / /media/x rw - {kind} /dev/sda1 rw\n")
        looks = [list(walk(folder)), list(listings(folder, Excludes(), ["", "older"]))]
        numbers = [sorted(photo.inode for one in look for photo in one.photos) for look in looks]
        assert numbers == [sorted(photo.stat().st_ino * keeps for photo in photos_in(folder))] * 2


@pytest.fixture
def on_drive(tmp_path, monkeypatch):
    """Lets a folder be the topmost one of a drive, beside another one that no one knows either."""

    def mount(point, kind, top="/"):
        device = point.stat().st_dev
        drives = (
            (f"{os.major(device)}:{os.minor(device)}", top, point, kind),
            ("0:77", "/", "/media/other", "fuseblk"),
        )
        lines = [
            f"30 22 {number} {top} {point} rw - {kind} /dev/x rw\n" for number, top, point, kind in drives
        ]
        (tmp_path / "mountinfo").write_text("".join(lines))
        monkeypatch.setattr(mounts, "_MOUNTINFO", tmp_path / "mountinfo")

    return mount


@pytest.mark.parametrize("platform", ["linux", "darwin"])
@pytest.mark.parametrize(
    ("kind", "top", "number", "keeps"),
    [
        ("fuseblk", "/", 5, True),  # NTFS
        ("fuseblk", "/", 1, False),  # exFAT, by a program
        ("fuseblk", "/photos", 5, False),  # what is not the drive's topmost folder tells nothing
        ("fuse.unknown", "/", 5, True),
        ("fuse.unknown", "/", 1, False),
        ("macfuse", "/", 1, False),
        ("fuse.gocryptfs", "/", 1, True),
        ("fuse.sshfs", "/", 5, False),
    ],
)
def test_a_drive_is_asked_whether_its_numbers_are_its_own_and_no_other_is(
    folder, monkeypatch, on_drive, platform, kind, top, number, keeps
):
    if (platform, top) == ("darwin", "/photos"):
        pytest.skip("no such mounts there")
    on_drive(folder, kind, top)
    device, stat, asked = folder.stat().st_dev, Path.stat, set[Path]()

    def told(path, **how):
        asked.add(path)
        return SimpleNamespace(st_ino=number, st_dev=device) if path == folder else stat(path, **how)

    table = list_mounts()
    monkeypatch.setattr(mounts, "list_mounts", lambda: table)
    monkeypatch.setattr(mounts, "sys", SimpleNamespace(platform=platform))
    monkeypatch.setattr(Path, "stat", told)
    invented = inventing_devices(folder)
    assert (device not in invented, asked - {folder}) == (keeps, set())
    assert (os.makedev(0, 77) in invented) == (platform == "linux")


def test_a_folder_on_ntfs_that_was_renamed_is_the_same(photo_folder, open_library, on_drive):
    on_drive(photo_folder.parent, "fuseblk")
    library = open_library([photo_folder])
    refreshed(library)
    library.close()
    now = photo_folder.rename(photo_folder.with_name("now"))
    open_library([now])
    assert known_folders() == [now]


def test_this_machine_is_read(tmp_path):
    assert list_mounts()
    assert not is_remote(tmp_path)
    assert list_mounts_below(tmp_path) == ()
    assert list_mounts_below(Path("/"))
