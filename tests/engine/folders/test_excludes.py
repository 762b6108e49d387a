import stat
from types import SimpleNamespace
from unicodedata import normalize

import pytest

from engine.errors import PatternError
from engine.folders import hidden
from engine.folders.excludes import Excludes, check_pattern
from engine.folders.folder import walk


def names(root, *patterns):
    listings = walk(root, Excludes(patterns, folder=root.name))
    return sorted(photo.name.decode() for listing in listings for photo in listing.photos)


@pytest.fixture
def tree(tmp_path):
    """Makes a folder of empty photos with these names."""

    def make(*files, root="photos"):
        for name in files:
            path = tmp_path / root / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.touch()
        return tmp_path / root

    return make


@pytest.mark.parametrize(
    ("kept", "left_out"),
    [
        (
            "A.photoslibrary/originals/0/a.jpg",
            ["A.photoslibrary/resources/derivatives/a.jpg", "A.photoslibrary/database/a.jpg"],
        ),
        ("Old.photoslibrary/Masters/2015/a.jpg", ["Old.photoslibrary/Thumbnails/a.jpg"]),
        ("A.aplibrary/Masters/a.jpg", ["A.aplibrary/Previews/a.jpg"]),
        (
            "L.lrlibrary/2f0c/originals/2020/a.jpg",
            ["L.lrlibrary/2f0c/previews/a.jpg", "L.lrlibrary/a.jpg", "L.lrlibrary/2f0c/a.jpg"],
        ),
        ("C.cocatalog/Originals/a.jpg", ["C.cocatalog/Cache/Proxies/a.jpg"]),
        ("A.photoslibrary/originals/resources/a.jpg", []),
        ("iPhoto Library/Masters/a.jpg", ["iPhoto Library/Thumbnails/a.jpg", "iPhoto Library/Data/a.jpg"]),
        ("job/CaptureOne/a.jpg", ["job/CaptureOne/Cache/a.jpg"]),
        ("a.jpg", ["Catalog Previews.lrdata/a.jpg", "Smart Previews.lrdata/0/a.jpg"]),
        ("nas/a.jpg", ["nas/#snapshot/a.jpg", "nas/~snapshot/a.jpg", "nas/@Recently-Snapshot/d/a.jpg"]),
        ("nas/b.jpg", ["nas/@__thumb/b.jpg", "nas/@eaDir/b.jpg", "nas/#recycle/b.jpg", "nas/@Recycle/b.jpg"]),
        (
            "cloud/files/a.jpg",
            [
                "cloud/files_trashbin/a.jpg",
                "cloud/files_versions/a.jpg",
                "cloud/appdata_oc1x2/preview/4/a.jpg",
                "cloud/.stversions/a.jpg",
            ],
        ),
        ("card/DCIM/a.jpg", ["card/LOST.DIR/a.jpg", "card/FOUND.000/a.jpg", "card/DCIM/.thumbnails/a.jpg"]),
        ("share/a.jpg", ["share/Network Trash Folder/a.jpg", "share/$RECYCLE.BIN/a.jpg"]),
        ("me/Pictures/a.jpg", ["me/AppData/Local/a.jpg"]),
        ("preview/a.jpg", []),  # a person's own word, but below a cloud's folder
        ("Masters/a.jpg", []),
        ("originals/a.jpg", []),
    ],
)
def test_what_programs_put_there_is_left_out_and_what_is_the_persons_is_not(tree, kept, left_out):
    assert names(tree(kept, *left_out)) == [kept]


@pytest.mark.parametrize("marker", [".nomedia", "CACHEDIR.TAG"])
def test_a_folder_that_says_it_holds_no_photos_is_left_out_with_all_below_it(tree, marker):
    root = tree("a.jpg", "quiet/b.jpg", "quiet/deep/c.jpg", "loud/d.jpg", f"quiet/{marker}")
    assert names(root) == ["a.jpg", "loud/d.jpg"]


def test_the_chosen_folder_itself_is_looked_at_whatever_it_says(tree):
    assert names(tree("a.jpg", ".nomedia")) == ["a.jpg"]
    assert names(tree("a.jpg", root="Trash")) == ["a.jpg"]


def test_thumbnails_of_a_server_are_told_by_its_mark(tree):
    root = tree(
        "server/thumbs/a.jpg", "server/thumbs/.immich", "server/library/b.jpg", "server/library/.immich"
    )
    assert names(root) == ["server/library/b.jpg"]
    assert names(tree("thumbs/a.jpg", root="other")) == ["thumbs/a.jpg"]


def test_a_package_that_was_chosen_itself_is_treated_as_one(tree):
    root = tree("originals/a.jpg", "resources/b.jpg", root="My.photoslibrary")
    assert names(root) == ["originals/a.jpg"]


@pytest.mark.parametrize(
    ("patterns", "found"),
    [
        (["*.png"], ["a.jpg", "deep/b.jpg", "deep/er/d.jpg"]),
        (["deep/"], ["a.jpg", "c.png"]),
        (["/c.png"], ["a.jpg", "deep/b.jpg", "deep/c.png", "deep/er/d.jpg"]),
        (["deep/*.jpg"], ["a.jpg", "c.png", "deep/c.png", "deep/er/d.jpg"]),
        (["deep/**"], ["a.jpg", "c.png"]),
        (["*.jpg", "!d.jpg"], ["c.png", "deep/c.png", "deep/er/d.jpg"]),
        (["deep/", "!deep/b.jpg"], ["a.jpg", "c.png"]),  # as in git: nothing below it is looked at
    ],
)
def test_patterns_are_those_of_gitignore_seen_from_the_folder(tree, patterns, found):
    assert names(tree("a.jpg", "c.png", "deep/b.jpg", "deep/c.png", "deep/er/d.jpg"), *patterns) == found


@pytest.mark.parametrize(("of_pattern", "of_name"), [("NFC", "NFD"), ("NFD", "NFC"), ("NFC", "NFC")])
def test_a_pattern_fits_names_in_either_form_of_letters_with_accents(tree, of_pattern, of_name):
    patterns = [normalize(of_pattern, one) for one in ("/M\u00fcller/", "*.jpg", "!\u00e9t\u00e9*")]
    files = [normalize(of_name, one) for one in ("M\u00fcller/a.png", "\u00e9t\u00e9 1.jpg", "Muller/a.png")]
    assert {*names(tree(*files, "b.jpg"), *patterns)} == {*files[1:]}
    assert Excludes(["!/M\u00fcller/"]).takes_in(normalize(of_name, "M\u00fcller"))


@pytest.mark.parametrize(("platform", "found"), [("linux", 1), ("darwin", 0), ("win32", 0)])
def test_upper_and_lower_case_differ_in_patterns_only_where_disks_tell_them_apart(
    monkeypatch, platform, found
):
    monkeypatch.setattr("engine.folders.letter_case.sys", SimpleNamespace(platform=platform))
    excludes = Excludes(["privat/", "*.PNG"])
    names = [excludes.leaves_out("Privat", is_folder=True), excludes.of_files("")("a.png")]
    assert names.count(False) == 2 * found
    assert excludes.patterns == ("privat/", "*.PNG")


def test_a_pattern_takes_in_what_would_be_left_out(tree):
    root = tree("a.jpg", "@eaDir/b.jpg", ".hidden/c.jpg")
    assert names(root, "!@eaDir/") == ["@eaDir/b.jpg", "a.jpg"]
    assert names(root, "!.hidden/") == [".hidden/c.jpg", "a.jpg"]
    assert names(tree("quiet/.nomedia", "quiet/deep/d.jpg"), "!quiet/") == ["a.jpg", "quiet/deep/d.jpg"]


def test_a_folder_that_the_system_hides_is_left_out_but_not_the_chosen_one(tree, monkeypatch):
    monkeypatch.setattr(hidden, "_FIELD", "st_mode")
    monkeypatch.setattr(hidden, "_BIT", stat.S_ISVTX)  # in place of what other systems hide by
    root = tree("a.jpg", "Library/b.jpg", "Library/deep/c.jpg")
    for folder in (root, root / "Library"):
        folder.chmod(0o1755)
    assert names(root) == ["a.jpg"]
    assert names(root, "!Library/") == ["Library/b.jpg", "Library/deep/c.jpg", "a.jpg"]


@pytest.mark.parametrize("pattern", ["", "!", "# a remark", "a\\", "/", "[a", "a\nb", "[z-a]*"])
def test_a_pattern_that_means_nothing_is_refused_in_a_sentence(pattern):
    with pytest.raises(PatternError, match=r"^The pattern .* means nothing") as refused:
        check_pattern(pattern)
    assert "\n" not in str(refused.value)


@pytest.mark.parametrize(
    ("pattern", "platform", "left_out"),
    [("[z-a]*", "linux", 0), ("[z-a]*", "win32", 0), ("[A-_]*.jpg", "win32", 1)],
)
def test_a_range_that_runs_backwards_is_refused_and_a_kept_one_ends_no_walk(
    tree, monkeypatch, pattern, platform, left_out
):
    check_pattern("[A-_]*.jpg")
    monkeypatch.setattr("engine.folders.letter_case.sys", SimpleNamespace(platform=platform))
    with pytest.raises(PatternError, match="means nothing"):
        check_pattern(pattern)
    assert names(tree("_.jpg", "b.png", "c.jpg"), pattern, "b*") == ["_.jpg", "c.jpg"][left_out:]
