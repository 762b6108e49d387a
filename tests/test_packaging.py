import gzip
import importlib.util
import json
import re
import shutil
import subprocess
import sys
import tarfile
from contextlib import closing, suppress
from pathlib import Path
from types import ModuleType

import pytest
from PIL import Image

from app.__main__ import main
from app.cli import VERBS

ROOT = Path(__file__).resolve().parents[1]
PACKAGING = ROOT / "packaging"
if not (PACKAGING / "build.py").is_file() or sys.platform != "linux":
    pytest.skip("the packages for Linux are built from the checkout, on Linux", allow_module_level=True)


def load(name: str, monkeypatch: pytest.MonkeyPatch) -> ModuleType:
    """Return a script of packaging/ as a module; its neighbours are found beside it."""
    monkeypatch.syspath_prepend(str(PACKAGING))
    spec = importlib.util.spec_from_file_location(name, PACKAGING / f"{name}.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, name, module)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def share(tmp_path_factory) -> Path:
    """What a Linux desktop gets beside the program; only to be read."""
    folder = tmp_path_factory.mktemp("desktop") / "share"
    with pytest.MonkeyPatch.context() as patched:
        load("shared_files", patched).lay_out(ROOT, folder, "9.8.7", 1_700_000_000)
    return folder


@pytest.fixture
def bundle(tmp_path) -> Path:
    """A program and a library, as a frozen bundle has them."""
    place = tmp_path / "bundle"
    (place / "_internal").mkdir(parents=True)
    shutil.copy(shutil.which("true"), place / "ffmln")
    (place / "_internal" / "libx.so.1").write_bytes(b"\x7fELF GLIBC_2.4 GLIBC_2.41 GLIBC_2.17" + bytes(9_000))
    (place / "_internal" / "libx.so").symlink_to("libx.so.1")
    return place


@pytest.mark.parametrize(
    ("words", "file"),
    [
        (["desktop-file-validate"], "applications/ffmln.desktop"),
        (["appstreamcli", "validate", "--no-net"], "metainfo/ffmln.metainfo.xml"),
    ],
)
def test_the_desktops_own_tools_find_no_fault(share, words, file):
    if shutil.which(words[0]) is None:
        pytest.skip(f"{words[0]} is not here")
    answer = subprocess.run([*words, str(share / file)], capture_output=True, text=True, check=False)
    assert (answer.returncode, "error" in answer.stdout) == (0, False), answer.stdout


def test_the_description_names_the_version_and_its_day(share):
    text = (share / "metainfo" / "ffmln.metainfo.xml").read_text("utf-8")
    assert '<release version="9.8.7" date="2023-11-14"/>' in text


def test_the_icon_is_there_in_every_size_and_as_a_symbol(share):
    theme = share / "icons" / "hicolor"
    sizes = {path.parent.parent.name for path in theme.glob("*/apps/ffmln.png")}
    assert {"16x16", "32x32", "48x48", "256x256", "512x512"} <= sizes
    assert (theme / "scalable" / "apps" / "ffmln.svg").is_file()
    assert (theme / "symbolic" / "apps" / "ffmln-symbolic.svg").is_file()


def test_the_icon_of_a_program_has_every_size_for_windows_and_macos(tmp_path, monkeypatch):
    icons = load("icon_files", monkeypatch)
    drawing = ROOT / "assets" / "icons" / "ffmln.svg"
    icons.write_ico(drawing, tmp_path / "one.ico")
    icons.write_icns(drawing, tmp_path / "one.icns")
    with Image.open(tmp_path / "one.ico") as ico, Image.open(tmp_path / "one.icns") as icns:
        assert ico.info["sizes"] == {(side, side) for side in (16, 24, 32, 48, 64, 128, 256)}
        assert max(size[0] * size[2] for size in icns.info["sizes"]) == 1024
        assert icns.convert("RGBA").getpixel((512, 512))[3] == 255


def test_the_man_pages_have_every_verb_and_every_option(share, capsys):
    pages = {path.name: path.read_text("utf-8") for path in (share / "man" / "man1").iterdir()}
    assert set(pages) == {"ffmln.1", "ffmln-train.1"}
    plain, seen = pages["ffmln.1"].replace("\\-", "-"), set()
    for words in ([], *([verb] for verb in VERBS)):
        with suppress(SystemExit):
            main([*words, "--help"])
        options = set(re.findall(r"(?<![\w-])--[a-z][a-z-]*", capsys.readouterr().out)) - {"--help"}
        seen |= options
        assert [option for option in options if option not in plain] == []
    assert {"--sketch", "--json", "--store"} <= seen
    assert ".SS reproduce" in pages["ffmln-train.1"]


def test_the_man_pages_are_sound_to_man(share):
    if shutil.which("man") is None or shutil.which("groff") is None:
        pytest.skip("man is not here")
    for page in (share / "man" / "man1").iterdir():
        command = ["man", "--warnings", "-l", str(page)]
        answer = subprocess.run(command, capture_output=True, text=True, check=True)
        assert answer.stderr == ""


def test_the_archive_has_one_folder_and_is_the_same_twice(bundle, share, tmp_path, monkeypatch):
    make = load("tarball", monkeypatch).make_tarball
    first, second = (
        make(bundle, share=share, tree=ROOT, out=tmp_path / name, version="9.8.7", built=1_700_000_000)
        for name in ("one", "two")
        if not (tmp_path / name).mkdir()
    )
    assert first.read_bytes() == second.read_bytes()
    with tarfile.open(first) as archive:
        entries = {entry.name: entry for entry in archive}
        readme = archive.extractfile("ffmln-9.8.7/README.txt").read().decode()
    assert {entry.name.split("/")[0] for entry in entries.values()} == {"ffmln-9.8.7"}
    assert entries["ffmln-9.8.7/ffmln"].mode == 0o755
    assert entries["ffmln-9.8.7/_internal/libx.so"].linkname == "libx.so.1"
    assert {(entry.uid, entry.mtime) for entry in entries.values()} == {(0, 1_700_000_000)}
    assert {"ffmln-9.8.7/README.txt", "ffmln-9.8.7/menu.sh", "ffmln-9.8.7/NOTICE"} <= entries.keys()
    words = readme.replace("\\\n", " ").split()
    assert {one.split()[0] for one in load("debian", monkeypatch).LIBRARIES} <= set(words)


def note(inside: Path) -> None:
    """Write into a bundle that one package is in it."""
    (inside / "licences").mkdir()
    index = [{"package": "libx", "version": "1-2", "licence": "MIT"}]
    (inside / "licences" / "index.json").write_text(json.dumps(index), "utf-8")
    bill = {
        "components": [{"bom-ref": "pkg:deb/debian/libx@1-2"}],
        "dependencies": [{"dependsOn": ["pkg:deb/debian/libx@1-2"], "ref": "ffmln"}],
        "metadata": {"component": {"bom-ref": "ffmln"}},
        "serialNumber": "urn:uuid:one",
    }
    (inside / "sbom.cdx.json").write_text(json.dumps(bill), "utf-8")


def test_what_an_appimage_adds_is_among_the_licences_and_in_the_bill(tmp_path, monkeypatch, capsys):
    note(tmp_path)
    parts, added = load("parts", monkeypatch), load("appimage/added", monkeypatch)
    (tmp_path / "copyright").write_text("as is", "utf-8")
    known = {
        one: parts.Part(one, "3-4", "ISC", f"pkg:deb/debian/{one}@3-4", (tmp_path / "copyright",))
        for one in ("liba", "libz")
    }
    monkeypatch.setattr(added, "system_part", lambda file: known.get(file.stem))
    monkeypatch.setattr(sys, "argv", ["added", str(tmp_path), "/libz.so", "/liba.so", "/libodd.so"])
    assert added.main() == 0
    assert "/libodd.so" in capsys.readouterr().err
    index = json.loads((tmp_path / "licences" / "index.json").read_text("utf-8"))
    assert [one["package"] for one in index] == ["liba", "libx", "libz"]
    assert (tmp_path / "licences" / "libz-3-4" / "copyright").read_text("utf-8") == "as is"
    bill = json.loads((tmp_path / "sbom.cdx.json").read_text("utf-8"))
    purls = {f"pkg:deb/debian/{one}" for one in ("liba@3-4", "libx@1-2", "libz@3-4")}
    assert (
        {one["bom-ref"] for one in bill["components"]} == set(bill["dependencies"][0]["dependsOn"]) == purls
    )
    assert bill["serialNumber"] != "urn:uuid:one"


def test_the_folder_of_an_appimage_starts_the_program_and_is_as_its_tool_wants_it(
    bundle, share, tmp_path, monkeypatch
):
    note(bundle / "_internal")
    archive = load("tarball", monkeypatch).make_tarball(
        bundle, share=share, tree=ROOT, out=tmp_path, version="9.8.7", built=1_700_000_000
    )
    folder = tmp_path / "a b.AppDir"
    path = f"{Path(sys.executable).parent}:/usr/bin:/bin"  # no sbin: not root's
    run = {"env": {"PATH": path}, "capture_output": True, "text": True, "check": True}
    said = subprocess.run([PACKAGING / "appimage" / "make.sh", archive, folder], **run)
    assert str(folder) in said.stdout
    subprocess.run([folder / "AppRun", "--version"], **run)
    usr = folder / "usr"
    assert (usr / "bin" / "ffmln").resolve() == (usr / "lib" / "ffmln" / "ffmln").resolve()
    assert [entry.name for entry in folder.glob("*.desktop")] == ["ffmln.desktop"]
    assert (folder / ".DirIcon").read_bytes().startswith(b"\x89PNG")
    assert (folder / "ffmln.png").is_file()
    assert (folder / "usr" / "share" / "metainfo" / "ffmln.appdata.xml").is_file()
    assert (folder / "usr" / "lib" / "ffmln" / "NOTICE").is_file()
    inside = folder / "usr" / "lib" / "ffmln" / "_internal"
    bill = json.loads((inside / "sbom.cdx.json").read_text("utf-8"))
    if shutil.which("dpkg") is not None and (inside / "libxcb-cursor.so.0").is_file():
        assert "libxcb-cursor0" in {one.get("name") for one in bill["components"]}


def test_a_second_packaging_in_one_clone_is_refused(tmp_path, monkeypatch, capsys):
    build = load("build", monkeypatch)
    (source := tmp_path / "build" / "source" / "being built").mkdir(parents=True)
    (tmp_path / ".git").mkdir()
    monkeypatch.setattr(build, "ROOT", tmp_path)
    monkeypatch.setattr(sys, "argv", ["build.py", "wheel", "--out", str(tmp_path / "dist")])
    with closing(build.hold(tmp_path / "build" / "packaging.lock")):
        assert build.main() == 2
    assert (capsys.readouterr().err.count("\n"), source.is_dir()) == (1, True)


def test_the_menu_script_puts_the_program_into_the_menu_and_takes_it_out(bundle, share, tmp_path):
    place = tmp_path / "a place with spaces & more"
    shutil.copytree(bundle, place, symlinks=True)
    shutil.copytree(share, place / "share")
    shutil.copy(PACKAGING / "linux" / "menu.sh", place)
    data = tmp_path / "data"
    run = {"env": {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path), "XDG_DATA_HOME": str(data)}, "check": True}
    subprocess.run([place / "menu.sh"], **run)
    entry = (data / "applications" / "ffmln.desktop").read_text("utf-8")
    assert f'Exec="{place}/ffmln" %F' in entry
    assert f'Exec="{place}/ffmln" --new-window' in entry
    assert f"TryExec={place}/ffmln" in entry
    subprocess.run([place / "menu.sh", "remove"], **run)
    assert [path.name for path in data.rglob("*ffmln*") if path.is_file()] == []


def test_the_deb_has_the_program_its_launcher_and_what_it_needs(bundle, share, tmp_path, monkeypatch):
    if shutil.which("dpkg-deb") is None:
        pytest.skip("dpkg-deb is not here")
    debian = load("debian", monkeypatch)
    file = debian.make_deb(bundle, share=share, tree=ROOT, out=tmp_path, version="9.8.7", built=1_700_000_000)
    listed = subprocess.run(["dpkg-deb", "-c", file], capture_output=True, text=True, check=True).stdout
    for path in (
        "./opt/ffmln/ffmln", "./usr/bin/ffmln -> /opt/ffmln/ffmln", "./usr/share/applications/ffmln.desktop",
        "./usr/share/man/man1/ffmln.1.gz", "./usr/share/doc/ffmln/copyright",
    ):  # fmt: skip
        assert path in listed
    assert " root/root " in listed
    asked = ["dpkg-deb", "-f", file, "Depends"]
    needs = subprocess.run(asked, capture_output=True, text=True, check=True).stdout
    assert needs.startswith("libc6 (>= 2.41), ")
    asked[-1] = "Installed-Size"
    size = 1024 * int(subprocess.run(asked, capture_output=True, text=True, check=True).stdout)
    unpacked = tmp_path / "unpacked"
    subprocess.run(["dpkg-deb", "-x", file, unpacked], check=True)
    files = [path for path in unpacked.rglob("*") if path.is_file() and not path.is_symlink()]
    assert (
        sum(path.stat().st_size for path in files) - 1024
        <= size
        <= sum(path.stat().st_size for path in files)
    )
    assert "libxcb-cursor0" in needs


def test_what_is_packed_for_debian_is_the_same_twice(tmp_path, monkeypatch):
    debian = load("debian", monkeypatch)
    debian._pack(tmp_path / "one", b"text")
    debian._pack(tmp_path / "two", b"text")
    assert (tmp_path / "one.gz").read_bytes() == (tmp_path / "two.gz").read_bytes()
    assert gzip.decompress((tmp_path / "one.gz").read_bytes()) == b"text"


@pytest.fixture(scope="module")
def inside() -> ModuleType:
    """The script that says what is inside, which looks once at the files of all packages."""
    for name in ("cyclonedx", "PyInstaller"):
        pytest.importorskip(name, reason="what builds the bundle is not installed: the group `package`")
    with pytest.MonkeyPatch.context() as patched:
        return load("inside", patched)


@pytest.mark.slow
def test_the_bill_of_materials_says_what_is_inside_and_is_the_same_twice(inside, monkeypatch):
    bill = load("bill", monkeypatch)
    import numpy
    import PIL

    parts = inside.parts_of([Path(numpy.__file__), Path(PIL.__file__), Path("/nowhere/libx.so")])
    assert {part.name.lower() for part in parts} == {"numpy", "pillow", "python", "pyinstaller"}
    assert all(part.texts for part in parts)
    text = bill.bill_of_materials("ffmln", "9.8.7", parts)
    assert text == bill.bill_of_materials("ffmln", "9.8.7", parts)
    read = json.loads(text)
    assert read["bomFormat"] == "CycloneDX"
    assert any(one["purl"] == f"pkg:pypi/numpy@{numpy.__version__}" for one in read["components"])


def test_a_file_of_no_known_package_is_told(inside):
    import numpy

    ours = [Path("PySide6/libpyside6.so"), ROOT / "app" / "cli.py"]
    known = [Path(numpy.__file__), Path(json.__file__), *ours]
    assert inside.strangers(known) == []
    assert inside.strangers([*known, Path("/nowhere/libcudart.so.13")]) == [Path("/nowhere/libcudart.so.13")]


def test_the_licence_of_qt_is_inside_though_its_packages_bring_no_text(inside):
    import PySide6.QtCore

    parts = inside.parts_of([Path(PySide6.QtCore.__file__)])
    (qt,) = (part for part in parts if part.name.startswith("PySide6"))
    texts = "".join(text.read_text("utf-8", "replace") for text in qt.texts)
    assert "GNU LESSER GENERAL PUBLIC LICENSE" in texts


def test_two_bundles_are_compared_by_content_rights_and_links(bundle, tmp_path, monkeypatch, capsys):
    compare = load("compare", monkeypatch)
    shutil.copytree(bundle, tmp_path / "other", symlinks=True)
    monkeypatch.setattr(sys, "argv", ["compare", str(bundle), str(tmp_path / "other")])
    assert compare.main() == 0
    (tmp_path / "other" / "_internal" / "libx.so.1").chmod(0o600)
    (tmp_path / "other" / "ffmln").write_bytes(b"another")
    (tmp_path / "other" / "more").write_bytes(b"")
    capsys.readouterr()
    assert compare.main() == 1
    assert capsys.readouterr().out.split("\n")[:3] == ["_internal/libx.so.1", "ffmln", "more"]
