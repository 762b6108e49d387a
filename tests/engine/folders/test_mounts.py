"""Where a folder lies: on a drive whose changes the system tells of, or on somebody else's."""

import os
from pathlib import Path

import pytest

from engine.folders import mounts
from engine.folders.excludes import Excludes
from engine.folders.folder import walk
from engine.folders.mounts import is_remote, is_remote_kind, kind_of, mounted, mounted_below, of_linux, of_mac
from engine.folders.scope import listings

from ..conftest import photos_in

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
    [line] = mounted_below(Path(ODD))
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
    for kind, keeps in (("ext4", True), ("exfat", False), ("fuse.sshfs", False), ("fuseblk", False)):
        (tmp_path / "mountinfo").write_text(f"30 22 {major}:{minor} / /media/x rw - {kind} /dev/sda1 rw\n")
        looks = [list(walk(folder)), list(listings(folder, Excludes(), ["", "older"]))]
        numbers = [sorted(photo.inode for one in look for photo in one.photos) for look in looks]
        assert numbers == [sorted(photo.stat().st_ino * keeps for photo in photos_in(folder))] * 2


def test_this_machine_is_read(tmp_path):
    assert mounted()
    assert not is_remote(tmp_path)
    assert mounted_below(tmp_path) == ()
    assert mounted_below(Path("/"))
