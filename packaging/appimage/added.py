"""Notes the libraries of the system that an AppImage gets beside the bundle's.

    python3 packaging/appimage/added.py FOLDER/usr/lib/ffmln/_internal LIBRARY...

Adds the Debian packages they come from to the licences and the bill of materials that packaging/inside.py
wrote. Needs nothing but Python.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from parts import Part, system_part, write_licences


def main() -> int:
    """Add to both; say on stderr which libraries are of no package that is known."""
    inside, libraries = Path(sys.argv[1]), [Path(word).resolve() for word in sys.argv[2:]]
    bill = json.loads((inside / "sbom.cdx.json").read_text("utf-8"))
    known = {one["bom-ref"] for one in bill["components"]}
    found = {library: system_part(library) for library in libraries}
    parts = {part.purl: part for part in found.values() if part is not None and part.purl not in known}
    write_licences(parts.values(), inside / "licences")
    add_to_bill(bill, list(parts.values()))
    (inside / "sbom.cdx.json").write_text(json.dumps(bill, indent=1) + "\n", "utf-8")
    strange = [str(library) for library, part in found.items() if part is None]
    if strange:
        print(f"of no package that is known: {', '.join(strange)}", file=sys.stderr)
    return 0


def add_to_bill(bill: dict[str, Any], parts: list[Part]) -> None:
    """Add packages to a bill of materials in CycloneDX, which is another one then."""
    for part in parts:
        component = {"bom-ref": part.purl, "licenses": [{"license": {"name": part.licence}}]}
        component |= {"name": part.name, "purl": part.purl, "type": "library", "version": part.version}
        bill["components"].append(component)
        bill["dependencies"].append({"ref": part.purl})
    top = bill["metadata"]["component"]["bom-ref"]
    (needs,) = (one for one in bill["dependencies"] if one["ref"] == top)
    needs["dependsOn"] = sorted({*needs.get("dependsOn", []), *(part.purl for part in parts)})
    named = " ".join([bill["serialNumber"], *(part.purl for part in parts)])
    bill["serialNumber"] = f"urn:uuid:{uuid5(NAMESPACE_URL, named)}"


if __name__ == "__main__":
    sys.exit(main())
