"""SVG drawings from strangers: what is kept, what is dropped, what is refused."""

import base64
import gzip
import io
import os
import subprocess
import sys

import numpy as np
import pytest

from app.pictures import svg
from app.pictures.svg import clean_svg, is_svg, paint_svg
from app.pictures.svg_painter import NO_QT
from engine.errors import ImageError
from engine.preprocess import has_ink, on_white, sketch_square

HEAD = (
    '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" viewBox="0 0 90 90"'
)
CIRCLE = '<circle cx="45" cy="45" r="30" fill="none" stroke="{}" stroke-width="4"/>'


def drawing(inside: str, more: str = "") -> bytes:
    return f"{HEAD} {more}>{inside}</svg>".encode()


def cleaned(inside: str, more: str = "") -> str:
    return clean_svg(drawing(inside, more)).decode()


def ink(data: bytes) -> np.ndarray:
    return np.asarray(sketch_square(paint_svg(data), 64)) < 128


def test_white_ink_is_found_as_black_ink_is():
    black, white = (ink(drawing(CIRCLE.format(colour))) for colour in ("black", "white"))
    assert black.any()
    assert (black == white).mean() > 0.99


def test_a_dark_shape_that_leaves_little_of_its_paper_is_no_negative():
    seen = ink(drawing('<circle cx="45" cy="45" r="44"/>'))
    assert (seen[32, 32], seen[0, 0]) == (True, False)


def test_a_drawing_on_a_dark_ground_stays_as_it_is():
    ground = '<rect width="90" height="90" fill="black"/>'
    assert (
        ink(drawing(ground + CIRCLE.format("white"))) == ink(drawing(CIRCLE.format("black")))
    ).mean() > 0.97


def test_a_drawing_is_not_stretched_to_a_size_of_another_shape():
    inside = '<circle cx="320" cy="160" r="100"/>'
    wide = drawing(inside).replace(b'"0 0 90 90"', b'"0 0 640 320" width="24" height="24"')
    rows, columns = np.nonzero(ink(wide))
    assert np.ptp(rows) == pytest.approx(np.ptp(columns), abs=4)


def test_a_packed_drawing_and_one_with_a_document_type_are_read():
    doctype = '<?xml version="1.0"?><!DOCTYPE svg PUBLIC "-//W3C//DTD SVG 1.1//EN" "http://w3.org/svg11.dtd">'
    plain = drawing(CIRCLE.format("black"))
    expected = ink(plain)
    assert (ink(gzip.compress(plain)) == expected).all()
    assert (ink(doctype.encode() + plain) == expected).all()


def test_classes_of_a_style_sheet_and_short_entities_are_kept():
    styled = (
        '<style>.a{fill:none;stroke:#000;stroke-width:4}</style><circle class="a" cx="45" cy="45" r="30"/>'
    )
    entity = b'<!DOCTYPE svg [<!ENTITY colour "black">]>' + drawing(CIRCLE.format("&colour;"))
    expected = ink(drawing(CIRCLE.format("black")))
    assert (ink(drawing(styled)) == expected).all()
    assert (ink(entity) == expected).all()


def test_rules_of_a_style_sheet_that_stay_inside_are_kept_beside_those_that_do_not():
    styled = (
        "<style>/* from a program */ @import url('outside.css?family=Roboto:wght@400;700'); "
        "@font-face { src: url(outside.ttf) } .b{fill:url(outside)} .a{cursor:url('outside;.cur')}"
        ".a{fill:none;stroke:#000;stroke-width:4}</style>"
        '<circle class="a" cx="45" cy="45" r="30"/>'
    )
    assert "outside" not in cleaned(styled)
    assert (ink(drawing(styled)) == ink(drawing(CIRCLE.format("black")))).all()


@pytest.mark.parametrize(
    "rule",
    [
        '@import "https://outside/css2?family=Roboto:wght@400;700" screen;',
        "@import url( https://outside/css2?family=Roboto:wght@400;700 );",
        "@namespace svg url(outside);",
        "@font-face { src: url('data:font/woff;base64,outside}') }",
        r".b\:outside{fill:red}",
        ".b{marker:url(#a)url(outside;)}",
        ".b{fill:red} url(outside) }",
    ],
)
def test_a_rule_that_names_something_outside_is_left_out_alone(rule):
    kept = ".a{fill:none;stroke:url(#a)}"
    text = cleaned(f"<style>{rule}{kept}</style><path style='{kept[3:-1]};cursor:url(outside;)'/>")
    assert "outside" not in text
    assert kept in text
    assert f'style="{kept[3:-1]}"' in text


@pytest.mark.parametrize("part", ["@import url(", "@font-face{(", '{"', "url(x){", "}url(", "a{url("])
def test_a_style_sheet_of_very_many_beginnings_is_read_once(part):
    assert "url(" not in cleaned(f"<style>{part * 200_000}</style>")


def test_a_part_used_again_is_painted():
    used = f'<defs><g id="a">{CIRCLE.format("black")}</g></defs><use xlink:href="#a"/><use href="#a"/>'
    assert (ink(drawing(used)) == ink(drawing(CIRCLE.format("black")))).mean() > 0.99


def test_a_long_drawing_is_painted_whole():
    image = paint_svg(drawing(CIRCLE.format("black")).replace(b"0 0 90 90", b"0 0 90 45"))
    assert image.size == (1000, 500)


@pytest.mark.parametrize(
    "inside",
    [
        '<image width="9" height="9" xlink:href="file:///outside"/>',
        '<image width="9" height="9" href="//outside/share.png"/>',
        '<g><image xlink:href="outside.png"/></g>',
        '<use xlink:href="outside.svg#a"/>',
        '<use href="file:///outside#a"/>',
        '<rect fill="url(outside.svg#a)"/>',
        "<rect style=\"fill: URL( 'outside.svg#a')\"/>",
        "<rect style='fill:ur\\6c(outside)'/>",
        "<style>@import 'outside.css';</style>",
        "<style>@font-face { src: url(outside.ttf) }</style>",
        "<style>@im/**/port 'outside.css';</style>",
        "<style><![CDATA[@import url(outside)]]></style>",
        "<style><g>@import</g> url(outside)</style>",
        '<script href="outside.js">outside()</script>',
        '<g onload="outside()"/>',
        '<foreignObject><svg><image href="outside"/></svg></foreignObject>',
        '<x:image xmlns:x="http://www.w3.org/2000/svg" href="outside"/>',
        '<filter id="f"><feImage href="outside"/></filter>',
        '<animate attributeName="href" to="outside"/>',
        '<g xml:base="file:///outside/"/>',
        '<?xml-stylesheet href="outside.css"?>',
    ],
)
def test_nothing_that_names_something_outside_is_kept(inside):
    text = cleaned(inside + CIRCLE.format("black"))
    assert "outside" not in text.lower()
    assert "<circle" in text


@pytest.mark.parametrize("kind", ["PNG", "JPEG"])
def test_a_picture_that_the_drawing_holds_is_painted(kind):
    drawn = io.BytesIO()
    on_white(paint_svg(drawing(CIRCLE.format("black")))).convert("L").save(drawn, kind)
    held = f"data:image/{kind.lower()};base64,{base64.encodebytes(drawn.getvalue()).decode()}"
    for name in ("href", "xlink:href"):
        found = ink(drawing(f'<image width="90" height="90" {name}="{held}"/>'))
        assert (found == ink(drawing(CIRCLE.format("black")))).mean() > 0.98


def test_a_drawing_that_the_drawing_holds_is_not():
    held = base64.b64encode(drawing(CIRCLE.format("black"))).decode()
    for address in (f"data:image/svg+xml;base64,{held}", f"data:text/html;base64,{held}", "data:image/png,a"):
        assert "data:" not in cleaned(f'<image width="90" height="90" href="{address}"/>')
    broken = drawing(
        CIRCLE.format("black") + '<image width="9" height="9" href="data:image/png;base64,AAAA"/>'
    )
    assert (ink(broken) == ink(drawing(CIRCLE.format("black")))).all()


def test_what_stays_inside_is_kept():
    text = cleaned('<rect fill="url(#a)"/><use xlink:href="#a"/><text xml:space="preserve">a &lt; b</text>')
    for kept in ('fill="url(#a)"', 'xlink:href="#a"', 'xml:space="preserve"', "a &lt; b"):
        assert kept in text


NESTED = "".join(
    f'<g id="a{level}">' + f'<use xlink:href="#a{level - 1}"/>' * 10 + "</g>" for level in range(1, 30)
)
ENTITY = '<!DOCTYPE svg [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
OUTSIDE = '<!DOCTYPE svg [<!ENTITY a SYSTEM "file:///etc/hostname">]>'


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        (drawing(f'<defs><g id="a0">{CIRCLE}</g>{NESTED}</defs><use xlink:href="#a29"/>'), "too large"),
        (drawing('<g id="a"><use xlink:href="#a"/></g>'), "too large"),
        (drawing('<g id="a"><use href="#b"/></g><g id="b"><use href="#a"/></g>'), "too large"),
        (drawing("<g>" * 50_000 + "</g>" * 50_000), "too large"),
        (drawing("<x>" * 50_000 + "</x>" * 50_000), "too large"),
        (drawing("<path/>" * 100_001), "too large"),
        (gzip.compress(b" " * 40_000_000), "too large"),
        (ENTITY.encode() + drawing("&b;"), "not an SVG"),
        (OUTSIDE.encode() + drawing("&a;"), "not an SVG"),
        (b"<html/>", "not an SVG"),
        (b'<html><svg xmlns="http://www.w3.org/2000/svg"><path d="M0 0L9 9"/></svg></html>', "not an SVG"),
        (b"<svg", "not an SVG"),
        (b"", "not an SVG"),
        (b"\x1f\x8bno gzip", "not an SVG"),
        (b'<?xml version="1.0" encoding="klingon"?><svg/>', "not an SVG"),
    ],
    ids=[
        "used ten times each", "used in itself", "used in each other", "deep", "deep and dropped", "many",
        "bomb", "entities", "outside", "html", "inside html", "cut", "empty", "gzip", "encoding",
    ],
)  # fmt: skip
def test_what_is_no_drawing_or_would_take_for_ever_is_refused(data, sentence):
    with pytest.raises(ImageError, match=sentence):
        paint_svg(data)


def test_a_painter_starts_without_what_it_does_not_need(monkeypatch):
    code = "sys.exit(serve(sys.argv[1:]) or bool({'numpy', 'PIL'} & set(sys.modules)))"
    monkeypatch.setattr("engine.child._CODE", f"import sys; from engine.child import serve; {code}")
    assert has_ink(paint_svg(drawing(CIRCLE.format("black"))))


def test_a_drawing_that_takes_too_long_is_given_up(monkeypatch):
    monkeypatch.setattr(svg, "_SECONDS", 0.0)
    monkeypatch.setattr("engine.child._CODE", "import time; time.sleep(60)")
    with pytest.raises(ImageError, match="takes too long"):
        paint_svg(drawing(CIRCLE.format("black")))


def test_a_drawing_nobody_wants_any_more_is_given_up(monkeypatch):
    monkeypatch.setattr("engine.child._CODE", "import time; time.sleep(60)")
    with pytest.raises(ImageError, match="takes too long"):
        paint_svg(drawing(CIRCLE.format("black")), given_up=lambda: True)


@pytest.mark.parametrize(
    "said", ["b''", "b'no pixels'", "bytes(8)", "b'\\xff' * 8", "b'\\2\\0\\0\\0' * 2 + b'short'"]
)
def test_a_painter_that_says_nonsense_is_one_sentence(monkeypatch, said):
    monkeypatch.setattr("engine.child._CODE", f"import sys; sys.stdout.buffer.write({said})")
    with pytest.raises(ImageError, match="not an SVG"):
        paint_svg(drawing(CIRCLE.format("black")))


def test_a_system_that_cannot_load_qt_is_told_of(monkeypatch):
    monkeypatch.setattr("engine.child._CODE", f"import sys; sys.exit({NO_QT})")
    with pytest.raises(ImageError, match="a system library that Qt needs is missing"):
        paint_svg(drawing(CIRCLE.format("black")))


def test_an_svg_is_known_by_how_it_begins():
    assert all(
        is_svg(start) for start in (b"\n <svg", b"\xef\xbb\xbf<?xml", "<svg".encode("utf-16"), b"\x1f\x8b")
    )
    assert not any(is_svg(start) for start in (b"\x89PNG", b"GIF8", b"\xff\xd8\xff", b"", b"RIFF"))


def test_nothing_is_printed_and_no_other_file_is_opened(tmp_path, capfd):
    (tmp_path / "outside.png").write_bytes(b"no picture")
    inside = f'<image width="90" height="90" xlink:href="{tmp_path}/outside.png"/><path d="nonsense"/>'
    assert not has_ink(paint_svg(drawing(inside + '<circle r="x"/>')))
    assert capfd.readouterr() == ("", "")


@pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX limits")
def test_a_painter_has_so_much_time_and_memory_and_no_more():
    code = (
        "import resource; from engine.child import limit_this_process as limit\n"
        "limit(seconds=7, memory=1 << 33)\n"
        "print(*(resource.getrlimit(kind)[0] for kind in (resource.RLIMIT_CPU, resource.RLIMIT_AS)))"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, env=os.environ, check=True
    )
    assert answer.stdout.startswith("7 ")
    if sys.platform == "linux":
        assert answer.stdout == f"7 {1 << 33}\n"
