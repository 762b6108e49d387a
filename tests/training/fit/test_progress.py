import logging

import pytest

from training.fit import progress


def test_where_there_is_no_terminal_a_line_a_minute_says_how_far_a_run_is(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, capsys: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.INFO, "training")
    now = 0.0
    monkeypatch.setattr(progress.time, "monotonic", lambda: now)
    with progress.Progress(600, initial=100, shown=True) as shown:
        for step in range(101, 601):
            now += 1.5
            shown.update()
            if step % 10 == 0:
                shown.tell({"ns": 2.345, "total": 9})
    assert not capsys.readouterr().err  # no bar
    assert caplog.messages[0] == "step 110 of 600, 00:15 gone, about 12:15 left: ns 2.35 total 9.00"
    assert caplog.messages[1].startswith("step 150 of 600, 01:15 gone, about 11:15 left")
    assert caplog.messages[-1].startswith("step 600 of 600, 12:30 gone, about 00:00 left")
    assert len(caplog.messages) == 14


def test_the_other_processes_of_a_run_tell_nothing(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO, "training")
    with progress.Progress(1, initial=0, shown=False) as shown:
        shown.update()
        shown.tell({"ns": 1})
    assert not caplog.messages
