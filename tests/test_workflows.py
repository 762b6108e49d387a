import importlib.util
import os
import re
import shutil
import subprocess
import sys
import tarfile
import tomllib
from pathlib import Path

import pytest

yaml = pytest.importorskip("yaml", reason="PyYAML comes with the group `docs`")
ROOT = Path(__file__).resolve().parents[1]
WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
if not WORKFLOWS:
    pytest.skip("the workflows are read from the checkout", allow_module_level=True)
RELEASE = ROOT / "packaging" / "release.py"


def jobs(file):
    """Return a workflow's jobs; YAML 1.1 takes its key `on` for true."""
    read = yaml.safe_load(file.read_text("utf-8"))
    assert {"name", True, "permissions", "jobs"} <= read.keys()
    return read["jobs"]


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda path: path.stem)
def test_every_step_of_a_workflow_calls_a_script_that_is_here(file):
    for job in jobs(file).values():
        assert job["timeout-minutes"] <= 120 if "timeout-minutes" in job else job["needs"]
        for step in job["steps"]:
            assert ("uses" in step) != ("run" in step)
            scripts = re.findall(r"(?:packaging|\.ci)/[\w./-]+", step.get("run", ""))
            assert [name for name in scripts if not (ROOT / name).is_file()] == []


@pytest.mark.parametrize("file", WORKFLOWS, ids=lambda path: path.stem)
def test_the_steps_that_workflows_name_are_steps_of_ci_run(file):
    known = set(re.findall(r"^(\w+)\(\) \{", (ROOT / ".ci" / "run").read_text("utf-8"), re.MULTILINE))
    runs = [step.get("run", "") for job in jobs(file).values() for step in job["steps"]]
    named = {word for run in runs if run.startswith(".ci/run ") for word in run.split()[1:]}
    assert named
    assert named - known == set()


def test_every_python_that_is_supported_is_tried_on_every_system():
    matrix = jobs(ROOT / ".github" / "workflows" / "checks.yml")["checks"]["strategy"]["matrix"]
    assert {name.split("-")[0] for name in matrix["os"]} == {"ubuntu", "windows", "macos"}
    project = tomllib.loads((ROOT / "pyproject.toml").read_text("utf-8"))["project"]
    first, end = map(int, re.fullmatch(r">=3\.(\d+),<3\.(\d+)", project["requires-python"]).groups())
    assert matrix["python"] == [f"3.{minor}" for minor in range(first, end)]


@pytest.mark.skipif(sys.platform == "win32", reason="bash is not sure to be there")
def test_ci_run_refuses_what_is_none_of_its_steps():
    answer = subprocess.run([ROOT / ".ci" / "run", "nonsense"], capture_output=True, text=True, check=False)
    assert (answer.returncode, answer.stderr.count("\n")) == (2, 1)


@pytest.mark.skipif(sys.platform == "win32", reason="bash is not sure to be there")
def test_ci_run_says_that_uv_is_needed_where_pip_may_not_install_it(tmp_path):
    for name in ("bash", "dirname"):
        (tmp_path / name).symlink_to(shutil.which(name))
    (tmp_path / "python3").write_text("#!/bin/sh\nexit 1\n")  # as on Debian 12 and Ubuntu 24.04
    (tmp_path / "python3").chmod(0o755)
    words = [ROOT / ".ci" / "run", "system"]
    answer = subprocess.run(words, env={"PATH": str(tmp_path)}, capture_output=True, text=True, check=False)
    assert (answer.returncode, answer.stderr.count("\n")) == (1, 1)
    assert "uv is needed" in answer.stderr


@pytest.fixture
def release():
    """The script that writes checksums and notes."""
    spec = importlib.util.spec_from_file_location("release", RELEASE)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_checksums_are_as_sha256sum_reads_them(release, tmp_path):
    (tmp_path / "pyproject.toml").write_text('[project]\nversion = "1"\n')
    (tmp_path / "ffmln_1_amd64.deb").write_bytes(b"abc")
    (tmp_path / "notes.txt").write_bytes(b"no package")
    text = release.write_sums(tmp_path, tmp_path).read_text("utf-8")
    assert text == ("ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  ffmln_1_amd64.deb\n")


def test_packages_of_other_versions_have_no_checksum(release, tmp_path):
    (tmp_path / "pyproject.toml").write_text('[project]\nversion = "1.2"\n')
    own = {
        "ffmln-1.2.tar.gz", "ffmln-1.2-linux-x86_64.tar.gz", "ffmln-1.2-py3-none-any.whl",
        "ffmln-1.2-setup.exe", "ffmln-1.2-macos-arm64.dmg", "ffmln-1.2-x86_64.AppImage",
        "ffmln_1.2_amd64.deb",
    }  # fmt: skip
    for name in own | {one.replace("1.2", other) for one in own for other in ("1.1", "1.2.1", "11.2")}:
        (tmp_path / name).touch()
    text = release.write_sums(tmp_path, tmp_path).read_text("utf-8")
    assert {line.split()[1] for line in text.splitlines()} == own


@pytest.mark.skipif(sys.platform == "win32", reason="bash is not sure to be there")
def test_ci_run_tries_the_archive_of_this_version(tmp_path):
    for folder in (".ci", "packaging/appimage", "dist", "tools"):
        (tmp_path / folder).mkdir(parents=True)
    shutil.copy(ROOT / ".ci" / "run", tmp_path / ".ci")
    (tmp_path / "pyproject.toml").write_text('[project]\nname = "ffmln"\nversion = "1.2"\n')
    for name, text in (("tools/uv", "exit 0"), ("packaging/appimage/make.sh", 'echo "of $1"')):
        (tmp_path / name).write_text(f"#!/bin/sh\n{text}\n")
        (tmp_path / name).chmod(0o755)
    for version in ("1.1", "1.2", "1.2.1"):
        with tarfile.open(tmp_path / "dist" / f"ffmln-{version}-linux-x86_64.tar.gz", "w:gz") as archive:
            archive.add(tmp_path / "pyproject.toml", f"ffmln-{version}/ffmln")
    environment = {**os.environ, "PATH": f"{tmp_path / 'tools'}:{os.environ['PATH']}"}
    words = [tmp_path / ".ci" / "run", "packages"]
    answer = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
    assert (answer.returncode, answer.stdout) == (0, "of dist/ffmln-1.2-linux-x86_64.tar.gz\n"), answer.stderr


def test_notes_are_the_versions_section_and_a_wrong_tag_is_refused(release, tmp_path):
    (tmp_path / "pyproject.toml").write_text('[project]\nversion = "1.2.3"\n')
    (tmp_path / "CHANGELOG.md").write_text(
        "# C\n\n## [Unreleased]\n\n- b\n\n## [1.2.3] - 2026\n\n- a\n\n## [1.2]\n"
    )
    assert release.write_notes(tmp_path, "v1.2.3", tmp_path).read_text("utf-8") == "- a\n"
    with pytest.raises(ValueError, match=r"v1\.2\.4"):
        release.write_notes(tmp_path, "v1.2.4", tmp_path)
    (tmp_path / "CHANGELOG.md").write_text("# C\n\n## [Unreleased]\n")
    with pytest.raises(ValueError, match="no section"):
        release.write_notes(tmp_path, "v1.2.3", tmp_path)


def test_a_release_is_refused_while_the_publisher_is_a_placeholder(release, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(release, "ROOT", tmp_path)
    (tmp_path / "packaging" / "linux").mkdir(parents=True)
    name, address = tmp_path / "packaging" / "linux" / "a.xml", tmp_path / "packaging" / "debian.py"
    name.write_text("<id>io.github.ffmln.ffmln</id>", "utf-8")
    address.write_text("authors@ffmln.example", "utf-8")
    monkeypatch.setattr(sys, "argv", ["release.py", "--check"])
    assert release.main() == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "packaging/linux/a.xml" in said
    assert "packaging/debian.py" in said
    monkeypatch.setattr(sys, "argv", ["release.py", str(tmp_path), "--tag", "v1.2.3"])
    assert release.main() == 2
    assert not (tmp_path / "SHA256SUMS").exists()
    name.write_text("<id>org.somebody.ffmln</id>", "utf-8")
    address.write_text("somebody@somewhere.org", "utf-8")
    monkeypatch.setattr(sys, "argv", ["release.py", "--check"])
    assert release.main() == 0


def test_every_placeholder_is_one_that_stands_in_packaging(release):
    with pytest.raises(ValueError, match="is still") as told:
        release.refuse_placeholders(ROOT)
    assert [text for text in release.PLACEHOLDERS if text not in str(told.value)] == []
