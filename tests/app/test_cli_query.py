"""What `ffmln search` looks for beside a drawing: photos, folders, a span of time."""

import json
import os
from datetime import datetime

import pytest
from PIL import Image

from engine.library import Library


@pytest.fixture
def sketch(tmp_path, draw_picture):
    path = tmp_path / "sketch.png"
    draw_picture("circle", "black").save(path)
    return path


def names(run, *arguments):
    status, out, err = run("search", *arguments, "--json", "-k", 100)
    assert status == 0, err
    return [os.path.basename(row["path"]) for row in json.loads(out)]


def photos_of(folder):
    return sorted(path for path in folder.rglob("*") if path.is_file())


def complaint(run, *arguments):
    status, out, err = run("search", *arguments)
    assert (status, out, err.count("\n")) == (2, "", 1), err
    return err


def test_a_photo_alone_finds_itself_first_and_ranks_all(run, photo_folder):
    photos = photos_of(photo_folder)
    found = names(run, photo_folder, "--like", photos[3])
    assert found[0] == photos[3].name
    assert len(found) == 12


def test_a_photo_from_elsewhere_works_like_the_same_one_in_the_library(run, photo_folder, tmp_path):
    photo = photos_of(photo_folder)[5]
    (tmp_path / "elsewhere.png").write_bytes(photo.read_bytes())
    assert names(run, photo_folder, "--like", tmp_path / "elsewhere.png") == names(
        run, photo_folder, "--like", photo
    )


def test_the_balance_goes_from_the_drawing_alone_to_the_photos_alone(run, photo_folder, sketch):
    photo = photos_of(photo_folder)[7]
    both = "--sketch", sketch, "--like", photo
    assert names(run, photo_folder, *both, "--balance", 0) == names(run, photo_folder, "--sketch", sketch)
    assert names(run, photo_folder, *both, "--balance", 1) == names(run, photo_folder, "--like", photo)


def test_what_it_is_not_like_comes_last(run, photo_folder, sketch):
    before = names(run, photo_folder, "--sketch", sketch)
    refused = next(path for path in photos_of(photo_folder) if path.name == before[0])
    after = names(run, photo_folder, "--sketch", sketch, "--unlike", refused)
    assert after[-1] == before[0]
    assert sorted(after) == sorted(before)
    _, out, _ = run("search", photo_folder, "--sketch", sketch, "--unlike", refused, "--json")
    scores = [row["score"] for row in json.loads(out)]
    assert scores == sorted(scores, reverse=True)


def test_several_photos_may_stand_before_the_folder_and_options_may_be_repeated(run, photo_folder):
    first, second = photos_of(photo_folder)[:2]
    expected = names(run, photo_folder, "--like", first, second)
    assert names(run, "--like", first, second, photo_folder) == expected
    assert names(run, photo_folder, "--like", first, "--like", second) == expected
    assert "FOLDER" in complaint(run, "--like", first, second)


def test_a_folder_and_a_span_of_time_narrow_the_search_and_leave_the_order(run, photo_folder, sketch):
    every = names(run, photo_folder, "--sketch", sketch)
    inside = photo_folder / "trip"
    inside.mkdir()
    moved = photos_of(photo_folder)[:3]
    for number, photo in enumerate(moved):
        moment = datetime(2018 + number, 7, 21, 23, 59).timestamp()
        os.utime(photo.rename(inside / photo.name), (moment, moment))
    order = [name for name in every if name in {photo.name for photo in moved}]
    search = photo_folder, "--sketch", sketch
    assert names(run, *search, "--within", inside) == order
    assert names(run, *search, "--within", "trip") == order
    assert names(run, *search, "--within", photo_folder) == every
    assert names(run, *search, "--from", "2018", "--to", "2020") == order
    assert names(run, *search, "--to", "2018-07-21") == [moved[0].name]
    assert names(run, *search, "--to", "2018-07-20") == []
    assert names(run, *search, "--to", "9999") == every
    status, out, err = run("search", *search, "--to", "2018-07-20")
    assert (status, out, err) == (0, "", "ffmln: there are no photos in these folders and of these days.\n")
    assert names(run, *search, "--from", "2019-07", "--to", "2019-07") == [moved[1].name]
    assert set(names(run, *search, "--from", "2020-07-22")) == set(every) - set(order)


def test_the_day_a_photo_was_taken_counts_before_its_files(run, photo_folder, sketch, draw_picture):
    exif = Image.Exif()
    exif[0x0132] = "2009:05:17 12:00:00"
    draw_picture("cross", "black").save(photo_folder / "old.jpg", exif=exif)
    assert names(run, photo_folder, "--sketch", sketch, "--from", "2009-05-17", "--to", "2009-05-17") == [
        "old.jpg"
    ]


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        ([], "--sketch FILE, --like PHOTO or both"),
        (["--unlike", "{photo}"], "--sketch FILE, --like PHOTO or both"),
        (["--like", "{absent}"], "cannot be used as a photo: there is no such file"),
        (["--like", "{photo}", "--unlike", "{words}"], "cannot be used as a photo"),
        (["--like", "{photo}", "--balance", "1.5"], "from 0 to 1"),
        (["--like", "{photo}", "--balance", "nan"], "from 0 to 1"),
        (["--like", "{photo}", "--from", "yesterday"], "2019-07-21"),
        (["--like", "{photo}", "--to", "2019-02-30"], "2019-07-21"),
        (["--like", "{photo}", "--to", "2019-13"], "2019-07-21"),
        (["--like", "{photo}", "--to", "2019-00"], "2019-07-21"),
        (["--like", "{photo}", "--from", "2019-07-00"], "2019-07-21"),
        (["--like", "{photo}", "--balance", "0_1"], "from 0 to 1"),
        (["--like", "{photo}", "--within", ""], "its name is empty"),
        (["--like", "{photo}", "--from", "0000"], "2019-07-21"),
        (["--like", "{photo}", "--from", "2020", "--to", "2019"], "--from is later than --to"),
        (["--like", "{photo}", "--within", "{elsewhere}"], "does not lie in"),
        (["--like", "{photo}", "--within", "nowhere"], "There is no folder"),
        (["--like", "{photo}", "--within", "{photo}"], "is not a folder"),
    ],
)
def test_what_cannot_be_looked_for_is_one_sentence_before_any_indexing(
    run, photo_folder, tmp_path, tiny_encoder, arguments, words
):
    (tmp_path / "words.jpg").write_text("words")
    (tmp_path / "elsewhere").mkdir()
    places = {
        "photo": photos_of(photo_folder)[0],
        "absent": tmp_path / "absent.jpg",
        "words": tmp_path / "words.jpg",
        "elsewhere": tmp_path / "elsewhere",
    }
    assert words in complaint(run, photo_folder, *(text.format_map(places) for text in arguments))
    library = Library(photo_folder, tiny_encoder)
    assert library.photo_count == 0
    library.close()


def test_diverse_tells_how_many_stand_behind_each_guess(run, photo_folder, sketch):
    status, out, _ = run("search", photo_folder, "--sketch", sketch, "--json", "-k", 100, "--diverse")
    rows = json.loads(out)
    assert (status, len(rows)) == (0, 12)
    assert [set(row) for row in rows] == [{"path", "score", "behind"}] * 12


def test_a_photo_on_a_drive_that_is_mute_is_known_by_the_catalog(run, photo_folder, mute):
    run("index", photo_folder)
    photo = next(photo_folder.glob("*.png"))
    mute(photo_folder)
    status, out, _ = run("search", photo_folder, "--like", photo, "--json", "--no-index", "-k", 1)
    assert status == 0
    assert json.loads(out)[0]["path"] == str(photo)


def test_a_page_of_several_drawings_is_searched_as_one_and_says_so(run, photo_folder, tmp_path, draw_picture):
    circle = draw_picture("circle", "black")
    page = Image.new("RGB", (2 * circle.width, circle.height), "white")
    page.paste(circle, (0, 0))
    page.paste(circle, (circle.width, 0))
    page.save(tmp_path / "page.png")
    status, out, err = run("search", photo_folder, "--sketch", tmp_path / "page.png", "--json", "-k", 3)
    assert (status, len(json.loads(out))) == (0, 3)
    assert err.count(f"ffmln: {tmp_path / 'page.png'} holds 2 drawings; they are searched as one.") == 1
