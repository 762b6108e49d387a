"""The smoke test of the packages sees what it is there for."""

import importlib.util
import os
import subprocess
import sys
import time
from contextlib import nullcontext
from pathlib import Path
from types import SimpleNamespace

import pytest

FILE = Path(__file__).resolve().parents[1] / "packaging" / "smoke.py"
if not FILE.is_file() or sys.platform == "win32":
    pytest.skip("it lies in the checkout, and the program here is a shell script", allow_module_level=True)


@pytest.mark.parametrize(("ending", "said"), [("exit 0", ""), ("exit 3", "ended with 3"), (":", "timed out")])
def test_a_window_that_does_not_close_well_when_it_is_asked_to_fails_the_smoke_test(
    tmp_path, monkeypatch, ending, said
):
    spec = importlib.util.spec_from_file_location("smoke", FILE)
    smoke = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(smoke)
    monkeypatch.setattr(smoke, "_WINDOW_S", 60)
    monkeypatch.setattr(smoke, "_PATIENCE_S", 1 if ending == ":" else 60)
    program, ready = tmp_path / "ffmln", tmp_path / "ready"
    program.write_text(f"#!/bin/sh\ntrap '{ending}' TERM\n: > '{ready}'\nwhile :; do sleep 0.1; done\n")
    program.chmod(0o755)

    def until_ready(longest_s: float) -> None:
        for _ in range(round(longest_s / 0.01)):
            if ready.exists():
                return
            time.sleep(0.01)

    monkeypatch.setattr(smoke, "time", SimpleNamespace(sleep=until_ready))
    with pytest.raises((AssertionError, subprocess.TimeoutExpired), match=said) if said else nullcontext():
        smoke._check_window(program, tmp_path, dict(os.environ))
