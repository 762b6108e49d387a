"""On which file systems folders lie: of changes on some of them the system tells nothing."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

_MOUNTINFO = Path("/proc/self/mountinfo")
_NETWORK = frozenset((
    "nfs", "nfs4", "cifs", "smb3", "smbfs", "ncpfs", "afs", "afpfs", "coda", "ceph", "lustre", "gfs2",
    "ocfs2", "glusterfs", "beegfs", "gpfs", "webdav", "davfs",
))  # fmt: skip
_HOSTS = {"9p", "virtiofs", "vboxsf", "vmhgfs", "prl_fs", "drvfs"}  # of a host's disk
_ANY_FUSE = {"fuse", "macfuse", "osxfuse", "osxfusefs"}  # which program it is of is not told
_REMOTE = _NETWORK | _HOSTS | _ANY_FUSE
_NETWORK_FUSE = frozenset((
    "sshfs", "glusterfs", "ceph", "ceph-fuse", "smbnetfs", "gvfsd-fuse", "kio-fuse", "rclone",
    "s3fs", "goofys",
))  # fmt: skip
_LOCAL_FUSE = frozenset((
    "ntfs", "ntfs-3g", "exfat", "mergerfs", "bindfs", "encfs", "gocryptfs", "cryfs", "unionfs", "lxcfs",
))  # fmt: skip
_INVENTING = frozenset(("vfat", "msdos", "exfat", "vboxsf"))
_INVENTING_FUSE = frozenset((
    "sshfs", "exfat", "exfat-fuse", "smbnetfs", "gvfsd-fuse", "kio-fuse", "rclone", "s3fs", "goofys",
))  # fmt: skip
_NUMBERING_FUSE = frozenset((  # of some the topmost folder has the number 1, though none is invented
    "ntfs", "ntfs-3g", "mergerfs", "bindfs", "encfs", "gocryptfs", "glusterfs", "ceph", "ceph-fuse",
))  # fmt: skip
_FUSE = _ANY_FUSE | {"fuseblk"}
_FUSE_TOP = 1  # the number of the topmost folder where FUSE itself numbers, as it does by the order of asking
_ESCAPED, _SPECIAL = re.compile(r"\\([0-7]{3})"), re.compile(rb"[ \t\n\\]")
_MAC_LINE = re.compile(r".* on (?P<point>.+) \((?P<kind>\w+)[,)]")
_REMOTE_DRIVE = 4  # Windows' DRIVE_REMOTE


def is_remote(folder: Path) -> bool:
    """Return whether a folder lies where others may change it and this system is not told."""
    if sys.platform == "win32":
        return _is_remote_drive(folder)
    return is_remote_kind(kind_of(folder, list_mounts()))


def is_on_network(folder: Path) -> bool:
    """Return whether a folder certainly lies on a network, where other machines may write to it too."""
    if sys.platform == "win32":
        return _is_remote_drive(folder)
    kind = kind_of(folder, list_mounts())
    return kind in _NETWORK or kind.removeprefix("fuse.") in _NETWORK_FUSE


def is_remote_kind(kind: str) -> bool:
    """Return whether this kind of file system, as the system names it, is that of a network or of a host."""
    if kind.startswith("fuse."):
        return kind.removeprefix("fuse.") not in _LOCAL_FUSE
    return kind in _REMOTE


class _Mount(NamedTuple):
    """What is mounted.

    Attributes:
        point: where.
        kind: of file system.
        device: its number, as of `stat`.
        is_whole: all of the file system is seen there, not a folder of it.
    """

    point: Path
    kind: str
    device: int
    is_whole: bool


def kind_of(folder: Path, mounts: list[tuple[Path, str]]) -> str:
    """Return the kind of file system that a folder lies on, empty if unknown.

    Args:
        folder: absolute, links resolved.
        mounts: as `list_mounts` gives them.
    """
    number = _nearest(folder, [point for point, _ in mounts])
    return "" if number is None else mounts[number][1]


def list_mounts() -> list[tuple[Path, str]]:
    """Return what is mounted, where and of which kind, in the order of mounting; empty if unknown."""
    if sys.platform == "darwin":
        out = subprocess.run(["/sbin/mount"], capture_output=True, text=True, check=False).stdout
        return list(of_mac(out))
    try:
        return list(of_linux(os.fsdecode(_MOUNTINFO.read_bytes())))
    except OSError:
        return []


def of_linux(text: str) -> Iterator[tuple[Path, str]]:
    """Yield where what is mounted, out of the kernel's table."""
    return ((mount.point, mount.kind) for mount in _table(text))


def of_mac(text: str) -> Iterator[tuple[Path, str]]:
    """Yield where what is mounted, out of what macOS's `mount` prints."""
    for line in text.split("\n"):
        if (match := _MAC_LINE.fullmatch(line) or _MAC_LINE.match(line)) is not None:
            yield Path(match["point"]), match["kind"]


def remote_devices() -> frozenset[int]:
    """Return the numbers of the devices, as of `stat`, that are remote; none where no table tells of them."""
    if sys.platform != "linux":
        return frozenset()
    try:
        table = _table(os.fsdecode(_MOUNTINFO.read_bytes()))
        return frozenset(mount.device for mount in table if is_remote_kind(mount.kind))
    except OSError:
        return frozenset()


def inventing_devices(folder: Path) -> frozenset[int]:
    """Return the numbers of the devices, as of `stat`, whose files have no number of their own.

    FAT and exFAT keep no numbers, and number files as they are looked up, anew at each mount; so do many
    programs (FUSE). Where that is not known of the program, the folder's own drive is asked, and no other,
    which might not answer. Where no table tells of devices, as on macOS, only that of the folder is told; on
    Windows none: there no walk is told numbers.
    """
    try:
        if sys.platform == "linux":
            return _inventing(folder, list(_table(os.fsdecode(_MOUNTINFO.read_bytes()))))
        if sys.platform != "win32":
            mounts = list_mounts()
            number = _nearest(folder, [point for point, _ in mounts])
            if number is not None and not _has_numbers(*mounts[number]):
                return frozenset((folder.stat().st_dev,))
    except OSError:
        pass
    return frozenset()


def _inventing(folder: Path, table: list[_Mount]) -> frozenset[int]:
    devices = {mount.device for mount in table if not _keeps_numbers(mount.kind)}
    number = _nearest(Path(os.path.realpath(folder)), [mount.point for mount in table])
    if number is not None and (own := table[number]).is_whole and _has_numbers(own.point, own.kind):
        devices.discard(own.device)
    return frozenset(devices)


def _has_numbers(point: Path, kind: str) -> bool:
    """Return whether files of what is mounted here have numbers of their own; if need be, it is asked."""
    keeps = _keeps_numbers(kind)
    with suppress(OSError):
        return point.stat().st_ino != _FUSE_TOP if keeps is None else keeps
    return False


def _keeps_numbers(kind: str) -> bool | None:
    """Return whether files on this kind of file system have numbers of their own; None if that varies."""
    family, _, program = kind.partition(".")
    if kind in _INVENTING or program in _INVENTING_FUSE:
        return False
    return None if family in _FUSE and program not in _NUMBERING_FUSE else True


def _nearest(folder: Path, points: list[Path]) -> int | None:
    """Return which of these places, in the order of mounting, a folder lies at."""
    above = [(len(one.parts), number) for number, one in enumerate(points) if folder.is_relative_to(one)]
    return max(above)[1] if above else None  # of those at one place, the last one covers the others


def _table(text: str) -> Iterator[_Mount]:
    """Yield what is mounted, out of the kernel's table, in whose names other line breaks may be."""
    for line in text.removesuffix("\n").split("\n"):
        about, _, kind = line.partition(" - ")
        _, _, device, top, point = about.split(" ")[:5]
        major, _, minor = device.partition(":")
        where = Path(_ESCAPED.sub(lambda code: chr(int(code[1], 8)), point))
        yield _Mount(where, kind.split(" ")[0], os.makedev(int(major), int(minor)), top == "/")


def list_mounts_below(folder: Path) -> tuple[str, ...]:
    """Return the kernel's words about all that is mounted below a folder; empty where it keeps no table."""
    try:
        table = _MOUNTINFO.read_bytes()
    except OSError:
        return ()
    if sys.platform != "linux":
        return ()
    inside = _SPECIAL.sub(lambda one: b"\\%03o" % one[0][0], os.fsencode(folder).rstrip(b"/")) + b"/"
    lines = [line for line in table.split(b"\n") if inside in line]
    return tuple(os.fsdecode(line) for line in lines if line.split(b" ")[4].startswith(inside))


def _is_remote_drive(folder: Path) -> bool:
    if sys.platform != "win32":
        return False
    import ctypes

    if str(folder).startswith("\\\\"):
        return True
    return bool(ctypes.windll.kernel32.GetDriveTypeW(folder.anchor) == _REMOTE_DRIVE)
