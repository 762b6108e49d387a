"""On which file systems folders lie: of changes on some of them the system tells nothing."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

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
_INVENTING = frozenset(("vfat", "msdos", "exfat", "fuseblk", "vboxsf")) | _ANY_FUSE
_ESCAPED, _SPECIAL = re.compile(r"\\([0-7]{3})"), re.compile(rb"[ \t\n\\]")
_MAC_LINE = re.compile(r".* on (?P<point>.+) \((?P<kind>\w+)[,)]")
_REMOTE_DRIVE = 4  # Windows' DRIVE_REMOTE


def is_remote(folder: Path) -> bool:
    """Return whether a folder lies where others may change it and this system is not told."""
    if sys.platform == "win32":
        return _is_remote_drive(folder)
    return is_remote_kind(kind_of(folder, mounted()))


def is_on_network(folder: Path) -> bool:
    """Return whether a folder certainly lies on a network, where other machines may write to it too."""
    if sys.platform == "win32":
        return _is_remote_drive(folder)
    kind = kind_of(folder, mounted())
    return kind in _NETWORK or kind.removeprefix("fuse.") in _NETWORK_FUSE


def is_remote_kind(kind: str) -> bool:
    """Return whether this kind of file system, as the system names it, is that of a network or of a host."""
    if kind.startswith("fuse."):
        return kind.removeprefix("fuse.") not in _LOCAL_FUSE
    return kind in _REMOTE


def invents_numbers(kind: str) -> bool:
    """Return whether this kind of file system numbers files as they are looked up, anew at each mount.

    FAT and exFAT keep no numbers; of what a program serves (FUSE), most is numbered by the order of asking.
    """
    return kind in _INVENTING or kind.startswith("fuse.")


def kind_of(folder: Path, mounts: list[tuple[Path, str]]) -> str:
    """Return the kind of file system that a folder lies on, empty if unknown.

    Args:
        folder: absolute, links resolved.
        mounts: as `mounted` gives them.
    """
    above = [(len(point.parts), number, kind) for number, (point, kind) in enumerate(mounts)
             if folder.is_relative_to(point)]  # fmt: skip
    return max(above)[2] if above else ""  # of those at one place, the last one covers the others


def mounted() -> list[tuple[Path, str]]:
    """Return what is mounted, where and of which kind, in the order of mounting; empty if unknown."""
    if sys.platform == "darwin":
        out = subprocess.run(["/sbin/mount"], capture_output=True, text=True, check=False).stdout
        return list(of_mac(out))
    try:
        return list(of_linux(os.fsdecode(_MOUNTINFO.read_bytes())))
    except OSError:
        return []


def of_linux(text: str) -> Iterator[tuple[Path, str]]:
    """Yield where what is mounted, out of the kernel's table, in whose names other line breaks may be."""
    for line in text.removesuffix("\n").split("\n"):
        about, _, kind = line.partition(" - ")
        yield Path(_ESCAPED.sub(lambda code: chr(int(code[1], 8)), about.split(" ")[4])), kind.split(" ")[0]


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
        return frozenset(_devices(os.fsdecode(_MOUNTINFO.read_bytes()), is_remote_kind))
    except OSError:
        return frozenset()


def inventing_devices(folder: Path) -> frozenset[int]:
    """Return the numbers of the devices, as of `stat`, whose files have no number of their own.

    Where no table tells of devices, as on macOS, only that of the folder is told; on Windows none: there no
    walk is told numbers.
    """
    try:
        if sys.platform == "linux":
            return frozenset(_devices(os.fsdecode(_MOUNTINFO.read_bytes()), invents_numbers))
        if sys.platform != "win32" and invents_numbers(kind_of(folder, mounted())):
            return frozenset((folder.stat().st_dev,))
    except OSError:
        pass
    return frozenset()


def _devices(text: str, are_wanted: Callable[[str], bool]) -> Iterator[int]:
    """Yield the devices of some kinds, out of the kernel's table."""
    for line in text.removesuffix("\n").split("\n"):
        about, _, kind = line.partition(" - ")
        if are_wanted(kind.split(" ")[0]):
            major, _, minor = about.split(" ")[2].partition(":")
            yield os.makedev(int(major), int(minor))


def mounted_below(folder: Path) -> tuple[str, ...]:
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
