"""What packaging/bare_root.sh makes of a package that is not well; the machine around it is played."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

SCRIPT = Path(__file__).resolve().parents[1] / "packaging" / "bare_root.sh"
if not SCRIPT.is_file() or sys.platform != "linux" or not Path("/etc/apt/sources.list.d").is_dir():
    pytest.skip("it is read from the checkout, and tries a package for Debian", allow_module_level=True)

CHROOT = """#!/bin/bash
case "$*" in
*--version*) echo "ffmln 9.8.7" ;;
*" index "*) echo "1 photo" ;;
*" search "*) echo "$FOUND" ;;
*"ffmln /srv/photos"*) eval "$WINDOW" ;;
*"find /opt/ffmln"*) [ -z "$MISSING" ] || echo "$MISSING" ;;
esac
"""
"""Stands for the system in which the package is installed, and the program in it."""

WELL = {"FOUND": '[{"path": "/srv/photos/a.png"}]', "WINDOW": "exit 0", "MISSING": ""}


@pytest.fixture
def tried(tmp_path):
    """Runs the script on a system with these faults; returns its exit status and what it says."""
    tools = tmp_path / "tools"
    tools.mkdir()
    for name in ("mount", "umount", "Xvfb"):
        (tools / name).write_text("#!/bin/sh\n")
    (tools / "mountpoint").write_text("#!/bin/sh\nexit 1\n")
    (tools / "sleep").write_text("#!/bin/sh\nexec /bin/sleep 0.02\n")
    (tools / "xdotool").write_text("#!/bin/sh\necho 1\n")
    (tools / "chroot").write_text(CHROOT)
    for tool in tools.iterdir():
        tool.chmod(0o755)
    for folder in ("etc/apt", "proc", "dev/shm", "srv"):
        (tmp_path / "base" / folder).mkdir(parents=True)
    (tmp_path / "photos").mkdir()
    for name in ("ffmln_9.8.7_amd64.deb", "cup.png"):
        (tmp_path / name).touch()

    def run(**faults: str) -> tuple[int, str]:
        environment = {**os.environ, **WELL, **faults, "IN_NAMESPACE": "yes", "BASE": str(tmp_path / "base")}
        environment |= {"PATH": f"{tools}:{os.environ['PATH']}", "TMPDIR": str(tmp_path)}
        words = [SCRIPT, "ffmln_9.8.7_amd64.deb", "photos", "cup.png"]
        answer = subprocess.run(
            words, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
        )
        return answer.returncode, answer.stdout

    return run


def test_without_imagemagick_no_picture_is_promised(tmp_path):
    (tmp_path / "bash").symlink_to(shutil.which("bash"))
    words = [SCRIPT, "ffmln_9.8.7_amd64.deb", "photos", "cup.png", "window.png"]
    answer = subprocess.run(words, env={"PATH": str(tmp_path)}, capture_output=True, text=True, check=False)
    assert (answer.returncode, answer.stderr.count("\n")) == (2, 1)
    assert "ImageMagick" in answer.stderr


def test_a_package_that_is_well_passes(tried):
    status, said = tried()
    assert (status, said.splitlines()[-2:]) == (0, ["the window closed well", "nothing is left"])


@pytest.mark.parametrize(
    ("faults", "told"),
    [
        ({"FOUND": "[]"}, "the search finds nothing"),
        ({"MISSING": "libodd.so.1"}, "libodd.so.1"),
        ({"WINDOW": "exit 139"}, "the window ended with 139"),
        ({"WINDOW": "exec timeout 60 tail -f /dev/null >/dev/null 2>&1"}, "the window does not close"),
    ],
)
def test_a_package_that_is_not_well_fails_and_says_why(tried, faults, told):
    status, said = tried(**faults)
    assert status == 1, said
    assert told in said
    assert "nothing is left" not in said
