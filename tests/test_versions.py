import re
import tomllib
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest
from packaging.markers import default_environment
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

PROJECT = Path(__file__).resolve().parents[1] / "pyproject.toml"


@pytest.fixture(scope="module")
def project():
    """What pyproject.toml says."""
    if not PROJECT.is_file():
        pytest.skip("pyproject.toml is not here: the tests run without the checkout")
    return tomllib.loads(PROJECT.read_text("utf-8"))


def here(lines, extra=""):
    """Return the requirements among these lines that hold on this machine."""
    environment = {**default_environment(), "extra": extra}
    wanted = map(Requirement, lines)
    return [one for one in wanted if one.marker is None or one.marker.evaluate(environment)]


def reached(project):
    """Return the versions of what is installed of all that ffmln requires, with every extra and group."""
    try:
        ours = distribution("ffmln")
    except PackageNotFoundError:
        pytest.skip("ffmln is not installed: the tests run from a bare checkout")
    extras = ["", *(ours.metadata.get_all("Provides-Extra") or [])]
    waiting = [one for extra in extras for one in here(ours.requires or [], extra)]
    waiting += here(line for group in project["dependency-groups"].values() for line in group)
    versions, seen = {}, set()
    while waiting:
        wanted = waiting.pop()
        key = canonicalize_name(wanted.name), frozenset(wanted.extras)
        if key in seen:
            continue
        seen.add(key)
        try:
            found = distribution(wanted.name)
        except PackageNotFoundError:  # an extra or a group that is not installed here
            continue
        versions[key[0]] = found.version
        waiting += [one for extra in ("", *wanted.extras) for one in here(found.requires or [], extra)]
    return versions


def test_all_that_is_installed_is_pinned_and_has_the_pinned_version(project):
    pins = here(project["tool"]["uv"]["constraint-dependencies"])
    pinned = {canonicalize_name(pin.name): str(pin.specifier).removeprefix("==") for pin in pins}
    versions = reached(project)
    assert len(versions) > 10
    assert {name: pinned.get(name) for name in versions} == versions


def test_every_pin_is_one_exact_version_and_no_package_has_two(project):
    for table in ("constraint-dependencies", "build-constraint-dependencies"):
        lines = project["tool"]["uv"][table]
        assert [line for line in lines if not re.match(r"[a-z0-9-]+==[0-9][^\s;*]*(; .+)?$", line)] == []
        names = [pin.name for pin in here(lines)]
        assert len(names) == len(set(names))


def test_what_builds_the_project_is_pinned(project):
    building = {pin.name for pin in here(project["tool"]["uv"]["build-constraint-dependencies"])}
    assert {one.name for one in here(project["build-system"]["requires"])} <= building
    assert {"setuptools", "wheel", "numpy", "pybind11"} <= building  # hnswlib's


def test_no_package_comes_from_an_address_of_its_own(project):
    assert (
        not {"index", "index-url", "extra-index-url", "find-links", "sources"} & project["tool"]["uv"].keys()
    )
