"""Functions are called by what they do or return, and what could be swapped unseen is passed by name."""

import ast
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ROOMS = ("app", "engine", "training", "benchmarks", "packaging", "docs")

NO_PARTICIPLES = {"deed", "embed", "feed", "need", "proceed", "seed", "speed"}
IRREGULAR = """
    begun borne bought broken brought built caught chosen dealt done drawn driven fallen fed felt forgotten
    found frozen given gone grown heard held hidden kept known laid lain left lent lit lost made meant met
    overrun paid rebuilt redrawn risen said seen sent shaken shown shrunk sold sought spoken stolen stood
    struck stuck sung sunk swept taken taught thrown told torn undone understood withdrawn woken won worn
    woven written
"""
"""Those that are verbs or nouns too, as `read` or `spread`, are not among them."""

AFTER_IT = """
    above again among apart as at back before below beside by down for from here in of off on out over there
    through to twice under up with within without
"""
"""Words that keep a participle from being an adjective: `hidden_in` is no noun, as `hidden_files` is."""

IN_A_KNOWN_ORDER = {
    "app/photos/commands.py hand_on",  # signals, as both lists of them stand in their classes
    "app/style/portal.py ask_another",  # called by D-Bus
    "docs/painted_photos.py ring",  # centre and two radii, then from where to where
    "training/fit/losses.py name_contrast",  # of three shapes: a swap does not compute
    "training/fit/losses.py normalised_softmax",
}
"""Functions that take three arguments of one type by their order."""


def is_participle(word: str) -> bool:
    regular = word.endswith("ed") and len(word) > 3 and word not in NO_PARTICIPLES
    return regular or word in IRREGULAR.split()


def is_called_by_a_participle(name: str) -> bool:
    first, *rest = name.strip("_").split("_")
    return is_participle(first) and (not rest or rest[0] in AFTER_IT.split())


@cache
def functions() -> list[tuple[str, ast.FunctionDef, bool]]:
    """Return each function with its module, and whether it is a method; none that is called by Qt."""
    found = []
    for file in sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py")):
        tree = ast.parse(file.read_text("utf-8"))
        owned = {one for kind in ast.walk(tree) if isinstance(kind, ast.ClassDef) for one in kind.body}
        for one in ast.walk(tree):
            if isinstance(one, ast.FunctionDef) and one.name == one.name.lower():
                found.append((file.relative_to(ROOT).as_posix(), one, one in owned))
    return found


def decorators(function: ast.FunctionDef) -> set[str]:
    return {ast.unparse(one).rpartition(".")[2] for one in function.decorator_list}


def swappable(function: ast.FunctionDef, *, is_method: bool) -> bool:
    """Return whether three arguments of one type follow each other that need not be named."""
    given = [*function.args.posonlyargs, *function.args.args]
    if is_method and "staticmethod" not in decorators(function):
        given = given[1:]
    types = [ast.unparse(one.annotation) if one.annotation else "" for one in given]
    threes = zip(types, types[1:], types[2:], strict=False)
    return any(first and first == second == third for first, second, third in threes)


def test_no_function_is_called_by_a_past_participle():
    found = {
        f"{module} {one.name}"
        for module, one, _ in functions()
        if is_called_by_a_participle(one.name) and not decorators(one) & {"property", "cached_property"}
    }
    assert found == set(), "call these by what they do or return"


def test_arguments_that_could_be_swapped_unseen_are_passed_by_name():
    found = {
        f"{module} {one.name}"
        for module, one, is_method in functions()
        if (one.name == "__init__" or not one.name.startswith("_")) and swappable(one, is_method=is_method)
    }
    assert found == IN_A_KNOWN_ORDER, "make these keyword-only, or take them from the list"


def test_a_participle_is_told_from_a_verb_and_from_an_adjective():
    wrong = ("opened", "_told", "held_by_any_name", "unended", "written_there", "brought_up")
    right = ("read", "embed_photos", "known_folders", "reduced_size", "spread", "set_on", "is_opened", "red")
    assert [name for name in (*wrong, *right) if is_called_by_a_participle(name)] == list(wrong)
