import importlib.util
import os
import plistlib
import re
import shutil
import subprocess
import sys
import tarfile
from pathlib import Path
from xml.etree import ElementTree

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGING = ROOT / "packaging"
if not (PACKAGING / "build.py").is_file():
    pytest.skip("the recipes are read from the checkout", allow_module_level=True)


def setup_script():
    """Return Inno Setup's script without its remarks, a line an entry."""
    lines = (PACKAGING / "windows" / "ffmln.iss").read_text("utf-8").splitlines()
    return [line for line in lines if line and not line.startswith(";")]


@pytest.fixture
def windows():
    """What makes the installer for Windows."""
    spec = importlib.util.spec_from_file_location("make", PACKAGING / "windows" / "make.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_system_calls_the_program_by_one_identifier():
    metainfo = ElementTree.parse(PACKAGING / "linux" / "ffmln.metainfo.xml").findtext("id")
    properties = plistlib.loads((PACKAGING / "macos" / "Info.plist").read_bytes())
    assert properties["CFBundleIdentifier"] == metainfo
    assert (PACKAGING / "flatpak" / f"{metainfo}.yml").is_file()


def test_the_flatpak_renames_files_that_are_there_and_reaches_no_network():
    yaml = pytest.importorskip("yaml", reason="PyYAML comes with the group `docs`")
    (file,) = (PACKAGING / "flatpak").glob("*.yml")
    manifest = yaml.safe_load(file.read_text("utf-8"))
    assert manifest["id"] == file.stem
    for key in ("rename-desktop-file", "rename-appdata-file"):
        assert (PACKAGING / "linux" / manifest[key]).is_file()
    assert (ROOT / "assets" / "icons" / f"{manifest['rename-icon']}.svg").is_file()
    allowed = manifest["finish-args"]
    assert "--share=network" not in allowed
    assert [word for word in allowed if word.startswith("--filesystem") and not word.endswith(":ro")] == []


@pytest.mark.skipif(sys.platform != "linux", reason="it is made on Linux")
def test_the_flatpak_is_made_where_no_package_was_before(tmp_path):
    shutil.copytree(PACKAGING / "flatpak", tmp_path / "packaging" / "flatpak")
    (tmp_path / "ffmln-9.8.7").mkdir()
    with tarfile.open(tmp_path / "ffmln-9.8.7-linux-x86_64.tar.gz", "w:gz") as archive:
        archive.add(tmp_path / "ffmln-9.8.7", "ffmln-9.8.7")
    (tmp_path / "tools").mkdir()
    for name, text in (("flatpak-builder", "exit 0"), ("flatpak", 'touch "$3"')):
        (tmp_path / "tools" / name).write_text(f"#!/bin/sh\n{text}\n")
        (tmp_path / "tools" / name).chmod(0o755)
    environment = {**os.environ, "PATH": f"{tmp_path / 'tools'}:{os.environ['PATH']}"}
    make = [tmp_path / "packaging" / "flatpak" / "make.sh", tmp_path / "ffmln-9.8.7-linux-x86_64.tar.gz"]
    subprocess.run(make, env=environment, check=True, capture_output=True)
    assert [file.name for file in (tmp_path / "dist").iterdir()] == ["ffmln-9.8.7-x86_64.flatpak"]


@pytest.mark.skipif(sys.platform != "linux", reason="it is made on Linux")
def test_an_appimage_that_is_to_be_complete_is_not_made_where_a_library_is_missing(tmp_path):
    for folder in ("ffmln-9.8.7/share", "ffmln-9.8.7/_internal", "tools"):
        (tmp_path / folder).mkdir(parents=True)
    (tmp_path / "ffmln-9.8.7" / "menu.sh").touch()
    with tarfile.open(tmp_path / "ffmln-9.8.7-linux-x86_64.tar.gz", "w:gz") as archive:
        archive.add(tmp_path / "ffmln-9.8.7", "ffmln-9.8.7")
    (tmp_path / "tools" / "ldconfig").write_text("#!/bin/sh\n")  # a machine that has none of them
    (tmp_path / "tools" / "ldconfig").chmod(0o755)
    make = [
        PACKAGING / "appimage" / "make.sh",
        tmp_path / "ffmln-9.8.7-linux-x86_64.tar.gz",
        tmp_path / "AppDir",
    ]
    environment = {"PATH": f"{tmp_path / 'tools'}:/usr/bin:/bin", "COMPLETE": "1"}
    answer = subprocess.run(make, env=environment, capture_output=True, text=True, check=False)
    assert (answer.returncode, answer.stderr.count("\n")) == (1, 1)
    assert "libxcb-cursor.so.0" in answer.stderr


def test_what_macos_lets_the_program_do_is_no_more_than_it_needs():
    rights = plistlib.loads((PACKAGING / "macos" / "entitlements.plist").read_bytes())
    assert rights == {"com.apple.security.cs.allow-unsigned-executable-memory": True}


def test_the_installers_script_and_its_caller_agree(windows):
    script = "\n".join(setup_script())
    words = windows.command(Path("ISCC.exe"), "9.8.7", 'signtool sign /n "A B" $f')
    given = {word[2:].partition("=")[0] for word in words if word.startswith("/D")}
    used = set(re.findall(r"\{#(\w+)\}", script)) | set(re.findall(r"^#ifn?def (\w+)", script, re.MULTILINE))
    assert used == given
    assert "/Ssign=signtool sign /n $qA B$q $f" in words
    assert not any("Sign" in word for word in windows.command(Path("ISCC.exe"), "9.8.7"))
    programs = set(re.findall(r"ffmln[\w-]*\.exe", script))
    assert programs <= set(windows._PROGRAMS)


def test_every_message_and_task_of_the_installer_is_there_in_both_languages():
    script = setup_script()
    own = {language: set() for language in ("en", "de")}
    for line in script:
        if found := re.match(r"(en|de)\.(\w+)=", line):
            own[found[1]].add(found[2])
    assert own["en"] == own["de"]
    used = set(re.findall(r"\{cm:(\w+)", "\n".join(script)))
    assert used - own["en"] == {"CreateDesktopIcon", "LaunchProgram"}  # Inno Setup's
    assert own["en"] <= used
    tasks = set(re.findall(r'^Name: "(\w+)"; Description', "\n".join(script), re.MULTILINE))
    assert set(re.findall(r"Tasks: (\w+)$", "\n".join(script), re.MULTILINE)) == tasks


@pytest.fixture
def is_used():
    """What says which files go into the bundle."""
    spec = importlib.util.spec_from_file_location("used", PACKAGING / "used.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module.is_used


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nothing is the system's")
@pytest.mark.parametrize(
    "folder", ["/usr/lib/x86_64-linux-gnu", "/lib/x86_64-linux-gnu", "/usr/lib64", "/lib64"]
)
def test_of_the_systems_libraries_a_bundle_has_those_of_python_alone(folder, is_used):
    for name in ("libpython3.12.so.1.0", "libmpdec.so.3", "libssl.so.3", "libz.so.1"):
        assert is_used((name, f"{folder}/{name}", "BINARY"))
    for name in ("libX11.so.6", "libstdc++.so.6", "libzstd.so.1"):
        assert not is_used((name, f"{folder}/{name}", "BINARY"))
    extension = "python3.12/lib-dynload/_ssl.cpython-312-x86_64-linux-gnu.so"
    assert is_used((extension, f"/usr/lib/{extension}", "EXTENSION"))


def test_of_what_packages_bring_a_bundle_has_what_the_program_uses(is_used):
    qt = "PySide6/Qt"
    for name in (f"{qt}/lib/libQt6Gui.so.6", f"{qt}/translations/qtbase_de.qm", "libX11-5f3c.so.6"):
        assert is_used((name, f"/home/anna/env/{name}", "BINARY"))
    for name in (f"{qt}/lib/libQt6Quick.so.6", f"{qt}/translations/qtbase_fr.qm"):
        assert not is_used((name, f"/home/anna/env/{name}", "BINARY"))
