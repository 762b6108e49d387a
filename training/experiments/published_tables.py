"""What the paper did and printed: its system as settings, its tables with their rows and figures.

Figures of Zhao, Liu, Li, Entropy 2023, 25(3), 502, and of the papers it compares with, as they print them.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from training.config import Config
from training.methods import METHODS


@dataclass(frozen=True)
class Line:
    """A row of a table: a method, what it changes of FFMLN, and what papers print for it.

    Attributes:
        title: as printed.
        changes: settings of its run, by FFMLN's; None where this program does not train it.
        printed: figures by protocol, one for each metric of the table's column, in percent.
        needs: files of the data folder that it cannot do without.
        elsewhere: what stands in place of its figures where this program does not train it.
        plain: whether its printed mAP@all is plain; as a rule it is interpolated, as in Pascal VOC.
    """

    title: str
    changes: Mapping[str, Any] | None
    printed: Mapping[str, str] = field(default_factory=dict)
    needs: tuple[str, ...] = ()
    elsewhere: str = "not trained here"
    plain: bool = False


@dataclass(frozen=True)
class Plan:
    """One table: its columns are protocols with the metrics they report.

    Attributes:
        title: stands above it.
        columns: protocol and metrics.
        lines: the rows.
        cost: whether parameters, epochs, minutes and inference time are reported too.
        inferred: whether the paper leaves open which row a figure of its belongs to.
        own: whether each line has a recipe and a budget of its own.
    """

    title: str
    columns: Mapping[str, tuple[str, ...]]
    lines: Sequence[Line]
    cost: bool = False
    inferred: bool = False
    own: bool = False


_OF_THE_TABLES = ("train_size", "input_size", "validations")


def _method(name: str, title: str, printed: Mapping[str, str], *, plain: bool = False) -> Line:
    """Return the row of a method of `training.methods`; sizes and validations are those of the tables."""
    known = METHODS[name]
    own = {name: value for name, value in known.settings.items() if name not in _OF_THE_TABLES}
    return Line(title, {**own, **known.budget}, printed, known.needs, plain=plain)


def _in_table_6(title: str, printed: Mapping[str, str]) -> Line:
    """Return the row of a method that is trained for another table."""
    return Line(title, None, printed, elsewhere="see table 6")


_BOTH = {"sketchy_c100": ("mAP", "P@100"), "tuberlin": ("mAP", "P@100")}
_OTHERS = (
    _in_table_6("SAKE, 2019", {"sketchy_c100": "54.7/69.2", "tuberlin": "47.5/59.9"}),
    Line("DSN, 2021", None, {"sketchy_c100": "58.3/70.4", "tuberlin": "48.4/59.1"}),
    Line("MATHM, 2021", None, {"sketchy_c100": "62.9/73.8", "tuberlin": "46.1/59.8"}),
    Line("EGFF, 2022", None, {"sketchy_c100": "62.3/75.5", "tuberlin": "46.2/60.4"}),
)
_HARDER = (
    _in_table_6("SAKE, 2019", {"sketchy": "49.7/59.8", "quickdraw": "13.0/-/17.9"}),
    Line("MATHM, 2021", None, {"sketchy": "48.5/58.1"}),
    Line("EGFF, 2022", None, {"sketchy": "51.7/61.2"}),
)
_NO_PAIRS = {"pair_loss": 0.0, "pair_smoothing": 0.0, "teacher_loss": 0.0, "name_loss": 0.0}
_POOLED = {"fusion": "pooled"}

PLANS = {
    "1": Plan(
        "Table 1: comparison on Sketchy (100/25) and TU-Berlin, mAP@all/P@100",
        _BOTH,
        (
            *_OTHERS,
            Line("FFMLN, 64", {"dim": 64}, {"sketchy_c100": "55.9/67.8", "tuberlin": "44.0/54.4"}),
            Line("FFMLN, 512", {}, {"sketchy_c100": "65.6/77.0", "tuberlin": "49.3/61.9"}),
            Line("FFMLN, 512, no attention branch", {"attention": "none"}),
        ),
    ),
    "2": Plan(
        "Table 2: comparison on Sketchy (104/21), mAP@200/P@200, and QuickDraw, mAP@all/mAP@200/P@200",
        {"sketchy": ("mAP@200", "P@200"), "quickdraw": ("mAP", "mAP@200", "P@200")},
        (
            *_HARDER,
            Line("FFMLN, 64", {"dim": 64}, {"sketchy": "46.1/56.2", "quickdraw": "26.7/29.3/39.7"}),
            Line("FFMLN, 512", {}, {"sketchy": "53.6/62.4", "quickdraw": "28.8/34.5/45.1"}),
        ),
    ),
    "3": Plan(
        "Table 3: the losses, mAP@all/P@100",
        _BOTH,
        (
            Line(
                "L_ns",
                {**_NO_PAIRS, "cls": 0.0, "dat": 0.0},
                {"sketchy_c100": "61.0/75.2", "tuberlin": "44.7/59.5"},
            ),
            Line(
                "L_ns + L_cls",
                {**_NO_PAIRS, "dat": 0.0},
                {"sketchy_c100": "62.0/75.6", "tuberlin": "46.6/60.4"},
            ),
            Line(
                "+ triplets within the domains",
                {**_NO_PAIRS, "triplet": "within"},
                {"sketchy_c100": "64.2/76.2", "tuberlin": "47.9/60.9"},
            ),
            Line("+ hybrid triplets", {**_NO_PAIRS, "triplet": "hybrid"}),
            Line("+ triplets across the domains", {**_NO_PAIRS, "triplet": "cross"}),
            Line(
                "+ all triplets, unweighted",
                {**_NO_PAIRS, "triplet": "all"},
                {"sketchy_c100": "65.5/77.1", "tuberlin": "48.9/61.5"},
            ),
            Line("+ all triplets, weighted as published", {**_NO_PAIRS, "triplet": "as-published"}),
            Line(
                "FFMLN: + all triplets, weighted",
                _NO_PAIRS,
                {"sketchy_c100": "65.6/77.1", "tuberlin": "49.3/61.9"},
            ),
        ),
        inferred=True,
    ),
    "4": Plan(
        "Table 4: cost, on TU-Berlin; mAP@all",
        {"tuberlin": ("mAP",)},
        (
            Line("EGFF", {"fusion": "egff", **_NO_PAIRS, "cls": 0.0, "dat": 0.0}, {"tuberlin": "46.2"}),
            Line("DSN", None, {"tuberlin": "49.3"}),
            Line("FFMLN", {}, {"tuberlin": "49.3"}),
        ),
        cost=True,
    ),
    "5": Plan(
        "Table 5: the embedding networks, mAP@all/P@100",
        _BOTH,
        (
            Line(
                "VGG-16", {**_POOLED, "backbone": "vgg16"}, {"sketchy_c100": "-/59.8", "tuberlin": "36.9/-"}
            ),
            Line(
                "CSE-ResNet-50",
                {**_POOLED, "backbone": "cse_resnet50"},
                {"sketchy_c100": "-/73.8", "tuberlin": "46.1/-"},
            ),
            Line("EGFF", {"fusion": "egff"}, {"sketchy_c100": "-/75.5", "tuberlin": "47.2/-"}),
            Line(
                "Siamese CNN",
                {**_POOLED, "towers": "siamese"},
                {"sketchy_c100": "-/73.1", "tuberlin": "46.5/-"},
            ),
            Line("one CNN, pooled", _POOLED),
            Line("AMFF without the attention branch", {"attention": "none"}),
            Line("AMFF", {}, {"sketchy_c100": "-/77.0", "tuberlin": "49.3/-"}),
        ),
    ),
    "6": Plan(
        "Table 6: other articles' methods, mAP@all/P@100; of Sketchy (104/21) mAP@200/P@200, of QuickDraw "
        "mAP@all/mAP@200/P@200",
        {
            **_BOTH,
            "sketchy": ("mAP@200", "P@200"),
            "quickdraw": ("mAP", "mAP@200", "P@200"),
        },
        (
            _method(
                "sake",
                "SAKE, 2019",
                {
                    "sketchy_c100": "54.7/69.2",
                    "tuberlin": "47.5/59.9",
                    "sketchy": "49.7/59.8",
                    "quickdraw": "13.0/-/17.9",
                },
            ),
            _method(
                "zse-sbir",
                "ZSE-SBIR, 2023",
                {
                    "sketchy_c100": "73.6/80.8",
                    "tuberlin": "56.9/63.7",
                    "sketchy": "50.4/60.2",
                    "quickdraw": "14.2/-/20.2",
                },
            ),
            _method(
                "clip-at",
                "CLIP-AT, 2023",
                {"tuberlin": "65.1/73.2", "sketchy": "72.3/72.5", "quickdraw": "20.2/-/38.8"},
                plain=True,
            ),
        ),
        own=True,
    ),
}
"""The paper's tables by number, and 6: methods of other articles, which has to be asked for."""

PRINTED_COST = {
    "EGFF": ("56.19", "10", "119.8", "286"),
    "DSN": ("54.36", "16", "346.1", "-"),
    "FFMLN": ("290.1", "6", "81", "278"),
}


def published_config() -> Config:
    """Return the paper's system and recipe: AMFF over SE-ResNet-50, ten epochs, batches of 64."""
    return Config(**METHODS["ffmln"].merge_settings({}))


def own_config() -> Config:
    """Return this project's recipe with an attention branch, which the paper's network has: the slim one."""
    return Config(attention="slim")
