import subprocess

import pytest

from engine.version import commit


@pytest.fixture
def checkout(tmp_path, monkeypatch):
    """A checkout with one commit, which the program takes for its own; a function that runs git there."""

    def git(*words: str) -> str:
        command = ["git", "-C", str(tmp_path), "-c", "user.name=x", "-c", "user.email=x@example.org", *words]
        return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()

    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "file").write_text("one", "utf-8")
    git("init", "-q")
    git("add", ".")
    git("commit", "-q", "-m", "x")
    monkeypatch.setattr("engine.version.ASSETS", tmp_path / "assets")
    return git


def test_the_commit_is_the_checkouts_and_changes_are_told(checkout, tmp_path):
    head = checkout("rev-parse", "HEAD")
    assert commit() == head[:12]
    (tmp_path / "assets" / "file").write_text("two", "utf-8")
    assert commit() == f"{head[:12]}-dirty"


def test_what_the_build_noted_counts_before_the_checkout(checkout, tmp_path):
    (tmp_path / "assets" / "commit.txt").write_text("abc123\n", "ascii")
    assert commit() == "abc123"


def test_a_checkout_around_the_program_is_not_its_own(checkout, tmp_path, monkeypatch):
    (tmp_path / "deep" / "assets").mkdir(parents=True)
    monkeypatch.setattr("engine.version.ASSETS", tmp_path / "deep" / "assets")
    assert commit() == "unknown"


def test_without_git_the_commit_is_unknown(checkout, monkeypatch):
    monkeypatch.setenv("PATH", "")
    assert commit() == "unknown"
