import io
import logging
import os
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from engine.visible import OneLine, accept_any_name, visible


@pytest.mark.parametrize(
    "name",
    [
        "photo.jpg",
        "naïve 写真 🐱.png",
        "a  b & <c> \\n",
        "Ünïcode",
        os.fsdecode(b"caf\xe9"),
        "\u00a0",
        "",
        "\u0645\u06cc\u200c\u062e.jpg",
        "\U0001f468\u200d\U0001f469.png",
    ],
)
def test_plain_names_pass_unchanged(name):
    assert visible(name) == name


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("a\x1b[31mb", "a\\x1b[31mb"),
        ("two\nlines\r\t", "two\\nlines\\r\\t"),
        ("\x07\x7f\x00", "\\x07\\x7f\\x00"),
        ("\x9b31m\x85", "\\x9b31m\\x85"),
        ("a\u202egnp.exe\u2066", "a\\u202egnp.exe\\u2066"),
        ("\u200b\ufeff\u2028\u2029\u200e", "\\u200b\\ufeff\\u2028\\u2029\\u200e"),
        ("\U000e0041", "\\U000e0041"),
        ("cut \ud83d.jpg\udc7f\udd00", "cut \\ud83d.jpg\\udc7f\\udd00"),
        (os.fsdecode(b"\x9b31m\x80\xe9"), "\\x9b31m\\x80" + os.fsdecode(b"\xe9")),
    ],
)
def test_what_a_terminal_would_obey_is_an_escape(name, shown):
    assert visible(name) == shown


@given(st.text(st.characters(exclude_categories=["Cn"])))
def test_nothing_that_acts_is_left_of_any_name(name):
    shown = visible(name)
    joined = shown.replace("\u200c", "").replace("\u200d", "")
    assert not {unicodedata.category(sign) for sign in joined} & {"Cc", "Cf", "Zl", "Zp"}
    assert len(shown.splitlines()) <= 1
    assert visible(shown) == shown
    shown.encode("utf-8", "surrogateescape")


def test_any_name_can_be_printed_as_it_is():
    stream = io.TextIOWrapper(io.BytesIO(), "utf-8")
    accept_any_name(stream)
    print("\ud83d 🐱 caf\udce9\udd00", file=stream, end="", flush=True)
    assert stream.buffer.getvalue() == b"\\ud83d " + "🐱".encode() + b" caf\xe9\\udd00"


def test_a_name_in_the_log_gives_no_orders_to_a_terminal():
    record = logging.LogRecord("training", logging.WARNING, "", 0, "%s is left out", ("\x1b[2Jcat",), None)
    assert OneLine("%(message)s").format(record) == "\\x1b[2Jcat is left out"
