"""The vectors beside a model: read back as they were written, and passed over where they do not fit."""

import logging

import numpy as np
import pytest

from engine.encoding.encoder import Encoder
from engine.encoding.guard import guard_path, load_guard, save_guard


def units(count, dim=32, seed=0):
    rows = np.random.default_rng(seed).standard_normal((count, dim)).astype(np.float32)
    return rows / np.linalg.norm(rows, axis=1, keepdims=True)


@pytest.fixture
def model(make_model, tmp_path):
    return make_model(tmp_path / "model.onnx")


def save(model, model_id="tiny", photos=None):
    drawn, shown = np.array([0, 0, 1], np.int16), np.array([1, 0], np.int16)
    save_guard(model, model_id, (units(3), drawn), (units(2, seed=1) if photos is None else photos, shown))


def test_an_encoder_has_the_guard_that_lies_beside_it(model):
    save(model)
    guard = Encoder(model).guard
    assert np.allclose(guard.drawings, units(3), atol=1e-3)
    assert np.allclose(guard.photos, units(2, seed=1), atol=1e-3)
    assert guard.right.tolist() == [[False, True], [False, True], [True, False]]


def test_without_one_it_has_none(model):
    assert Encoder(model).guard is None


@pytest.mark.parametrize("harm", ["other model", "cut", "locked", "not ours", "other shape", "empty"])
def test_one_that_does_not_fit_is_passed_over_and_logged(model, harm, caplog):
    save(
        model, "another" if harm == "other model" else "tiny", units(2, 16) if harm == "other shape" else None
    )
    path = guard_path(model)
    if harm == "cut":
        path.write_bytes(path.read_bytes()[:-200])
    elif harm == "locked":
        content = bytearray(path.read_bytes())
        content[content.rfind(b"PK\1\2") + 8] ^= 1  # its last member is said to need a password
        path.write_bytes(content)
    elif harm == "not ours":
        path.unlink()
        np.savez(path, something=np.arange(3))
    elif harm == "empty":
        path.write_bytes(b"")
    with caplog.at_level(logging.WARNING):
        assert load_guard(model, "tiny", 32) is None
    assert str(path) in caplog.text


def test_one_that_cannot_be_written_to_its_end_leaves_the_one_before(model, monkeypatch):
    save(model)
    before = guard_path(model).read_bytes()

    def full(file, **_):
        file.write(b"half")
        raise OSError("the disk is full")

    monkeypatch.setattr(np, "savez", full)
    with pytest.raises(OSError, match="full"):
        save(model, "another")
    assert guard_path(model).read_bytes() == before
    assert {file.name for file in model.parent.iterdir()} == {model.name, guard_path(model).name}


@pytest.mark.parametrize("encoder", [Encoder.default, Encoder.small])
def test_the_shipped_encoders_bring_theirs(encoder):
    guard = encoder().guard
    assert guard is not None
    kinds = guard.right.any(axis=1)
    assert kinds.all()
    assert len(guard.drawings) >= 200
    assert len(guard.photos) >= 200
    own = (guard.drawings @ guard.photos.T)[guard.right].mean()
    others = (guard.drawings @ guard.photos.T)[~guard.right].mean()
    assert own > others + 0.2
