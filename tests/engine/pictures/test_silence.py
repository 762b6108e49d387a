"""The engine prints nothing and exits nowhere: what it has to say it raises, returns or logs."""

import ast
from pathlib import Path

import pytest

import engine

MODULES = sorted(Path(engine.__file__).parent.glob("**/*.py"))
LOUD = {"print", "input", "exit", "quit", "SystemExit"}
LOUD_PARTS = {
    "sys": {"exit", "stdout", "stderr", "__stdout__", "__stderr__"},
    "os": {"_exit", "abort"},
    "logging": {"basicConfig", "StreamHandler"},
}


def loud(source):
    """Return what in this source prints or exits, by line."""
    found = []
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Name):
            found += [(node.lineno, node.id)] if node.id in LOUD else []
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            parts = LOUD_PARTS.get(node.value.id, set())
            found += [(node.lineno, f"{node.value.id}.{node.attr}")] if node.attr in parts else []
        elif isinstance(node, ast.Import):
            found += [(node.lineno, one.name) for one in node.names if one.name.split(".")[0] == "tqdm"]
        elif isinstance(node, ast.ImportFrom):
            names = {one.name for one in node.names} & LOUD_PARTS.get(node.module or "", set())
            found += [(node.lineno, name) for name in sorted(names)]
            found += [(node.lineno, "tqdm")] if (node.module or "").split(".")[0] == "tqdm" else []
    return sorted(found)


def test_no_module_of_the_engine_prints_or_exits():
    found = {module: loud(module.read_text("utf-8")) for module in MODULES}
    assert {module: lines for module, lines in found.items() if lines} == {}


@pytest.mark.parametrize(
    "line",
    [
        "print('done')",
        "report = print",
        "raise SystemExit(2)",
        "import sys; sys.exit(1)",
        "import sys; sys.stderr.write('no')",
        "from sys import stdout",
        "import os; os._exit(1)",
        "import tqdm",
        "from tqdm.auto import tqdm",
        "import logging; logging.basicConfig()",
    ],
)
def test_a_line_that_prints_or_exits_is_noticed(line):
    assert len(loud(f"def work():\n    {line}\n")) == 1
