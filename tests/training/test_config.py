import math
from dataclasses import Field, fields, replace

import pytest

from training.config import Config
from training.errors import TrainingError
from training.settings import option, setting_of

NUMBERS = [field for field in fields(Config) if field.type in ("int", "float")]


def outside(field: Field) -> list[float]:
    """Return values that this number cannot have: beside its bounds, and never finite."""
    known = setting_of(field.metadata)
    values = [math.nan, math.inf, -math.inf]
    values.append(known.least if known.above else known.least - 1)
    if known.most < math.inf:
        values.append(known.most + 1)
    return values


def test_every_setting_is_explained():
    for field in fields(Config):
        known = setting_of(field.metadata)
        assert len(known.help) > 10, field.name
        assert field.type != "str" or not known.choices or field.default in known.choices, field.name


def test_every_number_has_bounds_and_refuses_what_lies_outside():
    assert [field.name for field in NUMBERS if setting_of(field.metadata).least is None] == []
    for field, value in [(one, value) for one in NUMBERS for value in outside(one)]:
        with pytest.raises(TrainingError) as raised:
            Config(**{field.name: value})
        sentence = str(raised.value)
        assert sentence.startswith(f"{option(field.name)} is {value}; it must be a")
        assert str(round(setting_of(field.metadata).least)) in sentence


def test_every_number_accepts_its_smallest():
    for field in NUMBERS:
        known = setting_of(field.metadata)
        least = known.least + (1e-9 if known.above else 0)
        assert getattr(Config(**{field.name: least}), field.name) == least


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("shuffle_batch", 0, "--shuffle-batch is 0; it must be a whole number from 1 up."),
        ("batch_sketch_only", -1, "--batch-sketch-only is -1; it must be a whole number from 0 up."),
        ("averaging", 2.0, "--averaging is 2.0; it must be a number from 0 to 1."),
        ("finish_share", -3.0, "--finish-share is -3.0; it must be a number from 0 to 1."),
        ("head_start", -5.0, "--head-start is -5.0; it must be a number from 0 up."),
        ("dat", -1.0, "--dat is -1.0; it must be a number from 0 up."),
        ("head_rate", 0.0, "--head-rate is 0.0; it must be a number above 0."),
        ("margin", math.nan, "--margin is nan; it must be a number from 0 to 2."),
        ("workers", -2, "--workers is -2; it must be a whole number from -1 up."),
        ("validations", -1, "--validations is -1; it must be a whole number from 0 up."),
        ("dim", 16.5, "--dim is 16.5; it must be a whole number from 1 up."),
        ("seed", "x", "--seed is x; it must be a whole number from 0 to 4294967295."),
        ("fusion", "soup", "--fusion is 'soup'; it can be amff, egff, pooled."),
    ],
)
def test_nonsense_is_one_sentence_with_option_value_and_what_is_allowed(name, value, sentence):
    with pytest.raises(TrainingError) as raised:
        replace(Config(), **{name: value})
    assert str(raised.value) == sentence


def test_whole_numbers_do_for_settings_that_may_have_fractions():
    assert Config(head_start=0, dat=2).dat == 2


def test_settings_written_under_former_names_are_read():
    former = {"pair": 0.1, "teacher": 0.2, "name": 0.3, "guided": 0.4, "guide": "there"}
    config = Config.from_dict(former)
    assert (config.pair_loss, config.teacher_loss, config.name_loss) == (0.1, 0.2, 0.3)
    assert (config.guide_loss, config.guide) == (0.4, "there")
    assert Config.from_dict(config.as_dict()) == config


def test_a_run_made_before_a_setting_was_there_is_as_it_was_then():
    assert Config().pair_smoothing == 0.2
    assert Config.from_dict({}).pair_smoothing == 0.0
    assert Config.from_dict({"pair_smoothing": 0.1}).pair_smoothing == 0.1


def test_a_run_that_has_no_loss_at_all_is_refused():
    none = dict.fromkeys(("ns", "cls", "pair_loss", "teacher_loss", "name_loss"), 0.0)
    with pytest.raises(TrainingError, match="Every loss has weight 0"):
        Config(**none, triplet="ce")
    with pytest.raises(TrainingError, match="Every loss has weight 0"):
        Config(**none, dat=0.0, guide_loss=1.0)
    assert Config(**none, dat=0.0, guide="run", guide_loss=1.0).guide == "run"
