import threading
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
import timm
import torch
import torchvision
from huggingface_hub import constants

from training.errors import TrainingError
from training.model import library, trunks


class Busy(BaseHTTPRequestHandler):
    """A host that knows nobody, and says so."""

    def do_HEAD(self) -> None:
        self.send_error(404)

    def log_message(self, *_: object) -> None:
        """Keep quiet."""


def test_a_host_answers_whatever_it_says_and_one_that_is_not_there_does_not(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("no_proxy", "*")
    server = HTTPServer(("127.0.0.1", 0), Busy)
    thread = threading.Thread(target=server.handle_request)
    thread.start()
    address = f"http://127.0.0.1:{server.server_port}"
    try:
        assert library.answers(address)
    finally:
        thread.join()
        server.server_close()
    assert not library.answers(address)


@pytest.mark.parametrize("name", ["seresnet50", "vgg16"])
def test_without_a_network_no_library_is_left_to_try(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    def trying(*_: object, **__: object) -> None:
        pytest.fail("the library was asked")

    monkeypatch.setattr(library, "answers", lambda _: False)
    monkeypatch.setattr(timm, "create_model", trying)
    monkeypatch.setattr(torchvision.models, "vgg16", trying)
    monkeypatch.setattr(library, "_is_in_hubs_cache", lambda *_: False)
    monkeypatch.setattr(torch.hub, "get_dir", lambda: "nowhere")
    with pytest.raises(TrainingError, match=r"does not answer: give the folder of .* by --weights"):
        trunks.fetch(name)


def test_what_is_on_this_machine_is_taken_without_a_network(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked = []
    monkeypatch.setattr(library, "answers", lambda host: asked.append(host) or True)
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path))
    (tmp_path / "checkpoints").mkdir()
    (tmp_path / "checkpoints" / "vgg16-397923af.pth").touch()
    trunks.fetch("vgg16", only_ask=True)
    assert asked == []
    trunks.fetch("resnet50", only_ask=True)
    assert asked == ["https://download.pytorch.org"]
    found = library.fetch(
        "torchvision", "vgg16", lambda: torch.nn.Linear(int(constants.HF_HUB_OFFLINE), 1), "-"
    )
    assert found.in_features == 1  # the hub was told to ask nobody
    assert not constants.HF_HUB_OFFLINE
