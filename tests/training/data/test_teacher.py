import logging
import runpy
import sys
from pathlib import Path

import numpy as np
import pytest
import torch
import torchvision
from PIL import Image
from safetensors.torch import save_file

from training.config import Config
from training.data.batches import Batches
from training.data.reading import read_collection
from training.data.teacher import TEACHER_FILE, Teacher, main, make
from training.errors import TrainingError

from ..conftest import write_sketchy, write_tuberlin


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Five tiny photos, one of which is broken, and two sketches."""
    root, rng = tmp_path / "data", np.random.default_rng(0)
    for label, names in {"cat": ["a.jpg", "b.1.png"], "ice-cream cone": ["c.jpg", "d.jpg"]}.items():
        for folder in (root / "photo" / label, root / "sketch" / label):
            folder.mkdir(parents=True)
        for name in names:
            tones = rng.integers(0, 256, (6, 8, 3), dtype=np.uint8)
            Image.fromarray(tones).save(root / "photo" / label / name)
        Image.new("L", (8, 8), 255).save(root / "sketch" / label / "s.png")
    (root / "photo" / "cat" / "broken.jpg").write_bytes(b"not an image")
    return root


@pytest.fixture(scope="module")
def untrained(tmp_path_factory: pytest.TempPathFactory) -> Path:
    torch.manual_seed(0)
    folder = tmp_path_factory.mktemp("weights")
    net = torchvision.models.mobilenet_v2(weights=None)
    for module in net.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.momentum = 1.0  # or next to nothing would come through
    net(torch.randn(4, 3, 64, 64))
    state = net.state_dict()
    torch.save(state, folder / "net.pth")
    save_file(state, folder / "net.safetensors")
    torch.save({**state, "classifier.1.bias": torch.full((1000,), torch.nan)}, folder / "nan.pth")
    torch.save({**state, "classifier.1.bias": torch.zeros(7)}, folder / "seven.pth")
    (folder / "broken.pth").write_bytes(b"no weights")
    return folder


def test_the_command_makes_a_file_that_the_teacher_is_read_from(
    data: Path, untrained: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delitem(sys.modules, "training.data.teacher")  # as `python -m` finds it
    monkeypatch.setattr(sys, "argv", ["teacher", str(data), "--weights", str(untrained / "net.pth")])
    monkeypatch.setattr(logging.getLogger(), "handlers", [])
    with pytest.raises(SystemExit) as end:
        runpy.run_module("training.data.teacher", run_name="__main__")
    assert end.value.code == 0
    said = capsys.readouterr()
    assert said.out.strip() == str(data / TEACHER_FILE)
    assert "cat/broken cannot be read and is left out" in said.err
    with np.load(data / TEACHER_FILE) as table:
        assert sorted(table["photo"]) == [
            "photo/cat/a.jpg",
            "photo/cat/b.1.png",
            "photo/ice_cream_cone/c.jpg",
            "photo/ice_cream_cone/d.jpg",
        ]
        assert table["index"].shape == table["probability"].shape == (4, 20)
        assert (np.diff(table["probability"].astype(np.float32), axis=1) <= 0).all()
    teacher = Teacher.read(data / TEACHER_FILE, ["cat", "ice_cream_cone"])
    assert teacher is not None
    for label, photo in [("cat", "a"), ("cat", "b.1"), ("cat", None), ("ice_cream_cone", "c")]:
        row = teacher.target(label, photo)
        assert row is not None
        assert row.sum() == pytest.approx(1, abs=1e-4)
    assert len(teacher.of_photo) == 4


def test_the_likeliest_classes_are_those_of_torchvisions_own_model_and_picture(
    data: Path, untrained: Path
) -> None:
    (data / "photo" / "cat" / "broken.jpg").unlink()
    with np.load(make(data, untrained / "net.safetensors")) as table:
        place = list(table["photo"]).index("photo/cat/b.1.png")
        index, probability = table["index"][place], table["probability"][place]
    net = torchvision.models.mobilenet_v2(weights=None)
    net.load_state_dict(torch.load(untrained / "net.pth", weights_only=True))
    prepare = torchvision.models.MobileNet_V2_Weights.DEFAULT.transforms()
    with Image.open(data / "photo" / "cat" / "b.1.png") as image, torch.inference_mode():
        expected = net.eval()(prepare(image.convert("RGB"))[None]).softmax(dim=1)[0]
    order = expected.argsort(descending=True)
    assert index.tolist() == order[:20].tolist()
    np.testing.assert_allclose(probability, expected[order[:20]], rtol=1e-3)


@pytest.mark.parametrize(
    ("options", "sentence"),
    [
        (["--weights", "{}/none.pth"], "There is no file of weights"),
        (["--weights", "{}/broken.pth"], "cannot be read"),
        (["--weights", "{}/seven.pth"], "belong to another network"),
        (["--weights", "{}/nan.pth"], "does not give finite numbers for 1000 classes"),
        (["--weights", "{}/net.pth", "--model", "fasterrcnn_resnet50_fpn"], "no classifier"),
        (["--weights", "{}/net.pth", "--model", "resnet18"], "belong to another network"),
    ],
)
def test_bad_weights_are_one_sentence_and_leave_no_file(
    options: list[str], sentence: str, data: Path, untrained: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main([str(data), *(option.format(untrained) for option in options)]) == 2
    (said,) = [line for line in capsys.readouterr().err.splitlines() if "left out" not in line]
    assert sentence in said
    assert not [file for file in data.iterdir() if file.name.startswith(TEACHER_FILE)]


def test_library_weights_that_cannot_be_fetched_are_one_sentence(
    data: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def offline(*_: object, **__: object) -> None:
        raise OSError("the network was asked")

    monkeypatch.setattr(torch.hub, "load_state_dict_from_url", offline)
    monkeypatch.setattr(torchvision.models._api, "load_state_dict_from_url", offline)
    assert main([str(data), "--weights", "library"]) == 2
    assert "cannot be fetched: the network was asked." in capsys.readouterr().err


def test_a_folder_that_is_none_and_a_missing_option_are_one_sentence(
    data: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HOME", "USERPROFILE"):
        monkeypatch.setenv(name, str(tmp_path))
    assert main(["~/nowhere", "--weights", "library"]) == 2
    assert f"no data folder {tmp_path / 'nowhere'}.\n" in (said := capsys.readouterr().err)
    assert said.count("\n") == 1
    assert main([str(data), "--weights", "~/none.pth"]) == 2
    assert f"no file of weights {tmp_path / 'none.pth'}.\n" in capsys.readouterr().err
    assert main([str(tmp_path)]) == 2
    assert capsys.readouterr().err.count("\n") == 1


def test_a_teacher_file_that_is_there_is_not_overwritten(data: Path, untrained: Path) -> None:
    (data / TEACHER_FILE).write_bytes(b"old")
    with pytest.raises(TrainingError, match="is there already"):
        make(data, untrained / "net.pth")
    assert (data / TEACHER_FILE).read_bytes() == b"old"


def test_archives_as_they_unpack_have_a_teacher_too(tmp_path: Path, untrained: Path) -> None:
    write_sketchy(tmp_path, ["cat", "dog"])
    write_tuberlin(tmp_path, ["cat"])
    teacher = Teacher.read(make(tmp_path, untrained / "net.pth"), ["cat", "dog"])
    assert teacher is not None
    names = {"cat": ["a", "ext_1", "n1_0", "n1_1"], "dog": ["ext_1", "n1_0", "n1_1"]}
    assert sorted(teacher.of_photo) == [(label, name) for label, some in names.items() for name in some]


def test_a_folder_of_both_forms_has_one_teacher_of_all(data: Path, untrained: Path) -> None:
    write_tuberlin(data, ["cat", "dog"])  # which has a photo `a` of a cat, as the plain folder has
    with np.load(make(data, untrained / "net.pth")) as table:
        assert sorted(table["photo"]) == [
            "photo/cat/a.jpg",
            "photo/cat/b.1.png",
            "photo/dog/a.JPEG",
            "photo/ice_cream_cone/c.jpg",
            "photo/ice_cream_cone/d.jpg",
        ]


def test_photos_none_of_which_can_be_read_are_one_sentence(data: Path, untrained: Path) -> None:
    for file in (data / "photo").glob("*/*"):
        file.write_bytes(b"not an image")
    with pytest.raises(TrainingError, match="None of 5 photos can be read"):
        make(data, untrained / "net.pth")


def test_a_file_that_is_no_teacher_is_one_sentence(tmp_path: Path) -> None:
    file = tmp_path / TEACHER_FILE
    file.write_bytes(b"no arrays")
    with pytest.raises(TrainingError, match="needs the arrays photo, index, probability"):
        Teacher.read(file, ["cat"])


@pytest.mark.parametrize(
    ("index", "probability"),
    [
        ([[0, 1000]], [[0.5, 0.5]]),
        ([[0, 1]], [[0.5, np.nan]]),
        ([[0, 1]], [[0.5]]),
        ([[0, 1]], [[1.5, -0.5]]),
    ],
)
def test_a_teacher_of_other_numbers_is_one_sentence(
    index: list[list[int]], probability: list[list[float]], tmp_path: Path
) -> None:
    file = tmp_path / TEACHER_FILE
    np.savez(file, photo=np.array(["photo/cat/a.jpg"]), index=index, probability=probability)
    with pytest.raises(TrainingError, match="holds no probabilities of 1000 classes"):
        Teacher.read(file, ["cat"])


def test_a_damaged_teacher_is_in_nobodys_way_who_learns_nothing_from_it(own_shapes: Path) -> None:
    (own_shapes / TEACHER_FILE).write_bytes(b"damaged")
    collection = read_collection(own_shapes)
    assert Batches(collection, Config(teacher_loss=0.0)).teacher is None
    with pytest.raises(TrainingError, match="cannot be read"):
        Batches(collection, Config())


def test_a_folder_that_cannot_be_written_is_refused_before_any_photo_is_classified(
    data: Path, untrained: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(**_: object) -> None:
        raise OSError(30, "Read-only file system")

    def classified(*_: object) -> None:
        raise AssertionError("the photos were classified")

    monkeypatch.setattr("tempfile.TemporaryFile", refuse)
    monkeypatch.setattr("training.data.teacher._classifier", classified)
    assert main([str(data), "--weights", str(untrained / "net.pth")]) == 2
    assert f"Read-only file system: '{data / TEACHER_FILE}'" in capsys.readouterr().err
