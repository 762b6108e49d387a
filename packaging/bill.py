"""Writes a bill of materials in CycloneDX's JSON."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol
from uuid import NAMESPACE_URL, uuid5

from cyclonedx.contrib.license.factories import LicenseFactory
from cyclonedx.model.bom import Bom
from cyclonedx.model.component import Component, ComponentType
from cyclonedx.output.json import JsonV1Dot6
from packageurl import PackageURL


class Named(Protocol):
    """What a bill of materials says of a package."""

    @property
    def name(self) -> str: ...  # noqa: D102
    @property
    def version(self) -> str: ...  # noqa: D102
    @property
    def licence(self) -> str: ...  # noqa: D102
    @property
    def purl(self) -> str: ...  # noqa: D102


def bill_of_materials(name: str, version: str, parts: Iterable[Named]) -> str:
    """Return the bill of a program and the packages inside it; the same for the same packages.

    Args:
        name: the program's.
        version: the program's.
        parts: what is inside.
    """
    licences = LicenseFactory()
    top = Component(name=name, version=version, type=ComponentType.APPLICATION, bom_ref=name)
    components = [
        Component(
            name=part.name,
            version=part.version,
            type=ComponentType.LIBRARY,
            bom_ref=part.purl,
            purl=PackageURL.from_string(part.purl),
            licenses=[licences.make_from_string(part.licence)],
        )
        for part in parts
    ]
    named = " ".join([name, version, *(part.bom_ref.value or "" for part in components)])
    number = uuid5(NAMESPACE_URL, named)
    bom = Bom(components=components, serial_number=number)
    bom.metadata.component = top
    bom.metadata.timestamp = None  # type: ignore[assignment]
    bom.register_dependency(top, components)
    return JsonV1Dot6(bom).output_as_string(indent=1) + "\n"
