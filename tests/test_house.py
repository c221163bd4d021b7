"""The house is in order: who may import whom, how long things are, what nobody writes."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]

# The rooms in the order in which a record walks through them, and the modules of each in theirs.
# A module imports only what stands above it. A room without modules is a module itself.
HOUSE: dict[str, tuple[str, ...]] = {
    "base": (
        "text",
        "digest",
        "budget",
        "profile",
        "slugs",
        "step",
        "problem",
        "report",
        "rulebook",
        "formats",
        "settings",
    ),
    "reading": (
        "signs",
        "source",
        "excerpt",
        "suspect",
        "syntax",
        "tree",
        "dates",
        "addresses",
        "fields",
        "practice_fields",
        "settings_file",
        "taxonomy",
        "vocabulary",
        "proposals",
        "terms",
        "prose",
        "body",
        "converter",
        "markdown",
        "document",
        "files",
        "model",
        "records",
        "site",
        "apart",
        "pixels",
        "pictures",
    ),
    "catalog": ("related", "catalog", "health", "health_report", "rules"),
    "publishing": (
        "output",
        "urls",
        "view",
        "reads",
        "safety",
        "frame",
        "lists",
        "pictures",
        "spread",
        "browse",
        "explorer",
        "practice",
        "summary",
        "news",
        "plain",
        "conformance",
        "overview",
        "atlas",
        "schema",
        "questions",
        "contribute",
        "facets",
        "words",
        "reader",
        "postings",
        "ranges",
        "index",
        "search",
        "data",
        "feeds",
        "sitemap",
    ),
    "writing": (
        "assets",
        "theme",
        "disk",
        "manifest",
        "burst",
        "output",
        "cache",
        "places",
        "standing",
        "work",
        "workshop",
        "pages",
        "tracked",
        "readme",
        "archive",
        "faults",
    ),
    "sources": (),
    "pipeline": (),
    "editing": ("edits", "entries", "request", "rename", "fix", "new", "save"),
    "preview": ("watch", "page", "rebuild", "server"),
    "telling": (),
    "console": (),
    "upkeep": (),
    "cli": (),
}
SAFE = {"html"}  # what templates may mark as safe: the body of a record, sanitised when it was read

DYNAMIC = {"__import__", "import_module"}  # imports that this test cannot follow

LONGEST_FUNCTION = 40
LONGEST_MODULE = 350

ORDER = [
    f"repertory.{room}.{name}" if name else f"repertory.{room}"
    for room, modules in HOUSE.items()
    for name in modules or [""]
]
MODULES = sorted((ROOT / "repertory").rglob("*.py"))
TESTS = [p for p in sorted((ROOT / "tests").rglob("*.py")) if ROOT / "tests/sites" not in p.parents]
BENCH = sorted((ROOT / "bench").glob("*.py"))
SOURCES = [ROOT / "build.py", ROOT / ".github" / "links.py", *MODULES, *TESTS, *BENCH]
TEMPLATES = sorted((ROOT / "templates").rglob("*.*ml"))  # html and xml


def named(path: Path) -> str:
    """Return a path as a test's name."""
    return str(path.relative_to(ROOT))


def module_name(path: Path) -> str:
    """Return the dotted name of a module, or of the room that an __init__.py belongs to."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def functions(tree: ast.AST) -> Iterator[ast.FunctionDef | ast.AsyncFunctionDef]:
    """Yield every function and method."""
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield node


def length(function: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    """Count a function's lines from def to its end, without its docstring."""
    lines = (function.end_lineno or function.lineno) - function.lineno + 1
    first = function.body[0]
    if ast.get_docstring(function) is not None:
        lines -= (first.end_lineno or first.lineno) - first.lineno + 1
    return lines


def imports(source: str, module: str) -> Iterator[str]:
    """Yield the dotted name of everything of ours that a module imports, wherever it does so.

    Functions and `if TYPE_CHECKING:` are walked like the rest; an import by a computed name is
    yielded as "?", which stands nowhere in the house.
    """
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            origin = ".".join(module.split(".")[: -node.level]) if node.level else ""
            start = ".".join(filter(None, [origin, node.module]))
            for alias in node.names:
                whole = f"{start}.{alias.name}"
                yield whole if whole in ORDER else start
        if DYNAMIC & {getattr(node, field, None) for field in ("id", "attr", "name")}:
            yield "?"


def running_back(source: str, module: str) -> list[str]:
    """Return the imports of a module that do not lead to a module before it."""
    ours = [name for name in imports(source, module) if re.match(r"repertory\b|build$|\?", name)]
    allowed = ORDER[: ORDER.index(module)]
    return [name for name in ours if name not in allowed]


def test_every_module_has_its_place() -> None:
    there = {module_name(path) for path in MODULES if path.name != "__init__.py"}
    assert there == set(ORDER), "HOUSE in this file does not name the modules there are"
    assert len(ORDER) == len(set(ORDER))


def test_every_room_is_in_the_house() -> None:
    rooms = {p.parent.name for p in MODULES if p.name == "__init__.py"} - {"repertory"}
    assert rooms == {room for room, modules in HOUSE.items() if modules}


@pytest.mark.parametrize("path", [p for p in MODULES if p.name != "__init__.py"], ids=named)
def test_imports_lead_forward_only(path: Path) -> None:
    assert running_back(path.read_text("utf-8"), module_name(path)) == []


@pytest.mark.parametrize(
    "source",
    [
        "from repertory.cli import main",
        "from repertory import cli",
        "import repertory.cli",
        "import repertory.cli as c",
        "from ..cli import main",
        "from .. import cli",
        "from .view import View",
        "def f():\n    from repertory.publishing import view",
        "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import repertory.cli",
        "class A:\n    from repertory.cli import main",
        "from repertory.publishing.urls import link",
        "import repertory",
        "from repertory import publishing",
        "import build",
        "import importlib\nimportlib.import_module('repertory.cli')",
        "from importlib import import_module as load\nload('repertory.cli')",
        "__import__('repertory.cli')",
    ],
)
def test_an_import_that_runs_back_is_seen(source: str) -> None:
    assert running_back(source, "repertory.publishing.urls") != []


@pytest.mark.parametrize(
    "source",
    [
        "from repertory.base.text import fold",
        "from repertory.base import text",
        "from ..reading import model",
        "from .output import Output",
        "import json, builder",
    ],
)
def test_an_import_that_leads_forward_is_allowed(source: str) -> None:
    assert running_back(source, "repertory.publishing.urls") == []


@pytest.mark.parametrize("path", [p for p in MODULES if p.name == "__init__.py"], ids=named)
def test_a_room_holds_nothing_but_its_docstring(path: Path) -> None:
    assert [type(node) for node in ast.parse(path.read_text("utf-8")).body] == [ast.Expr]


@pytest.mark.parametrize("path", SOURCES, ids=named)
def test_a_module_says_in_one_line_what_it_is(path: Path) -> None:
    first = (ast.get_docstring(ast.parse(path.read_text("utf-8"))) or "").partition("\n")[0]
    assert re.fullmatch(r"\S.*[.:]", first), f"the docstring begins with {first!r}"


@pytest.mark.parametrize("path", SOURCES, ids=named)
def test_modules_and_functions_are_short(path: Path) -> None:
    source = path.read_text("utf-8")
    lines = len(source.splitlines())
    assert lines <= LONGEST_MODULE
    long = {f.name: length(f) for f in functions(ast.parse(source))}
    assert {name: lines for name, lines in long.items() if lines > LONGEST_FUNCTION} == {}


def test_the_docstring_is_not_counted() -> None:
    (function,) = functions(ast.parse('def f():\n    """One.\n\n    Two.\n    """\n    return 1\n'))
    assert length(function) == 2


@pytest.mark.parametrize("path", SOURCES, ids=named)
def test_no_exception_is_swallowed_whole(path: Path) -> None:
    broad = [
        node.lineno
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.ExceptHandler)
        and (node.type is None or re.search(r"\b(Base)?Exception\b", ast.unparse(node.type)))
    ]
    assert broad == [], "an except that would hide our own faults"


def test_no_module_is_a_drawer() -> None:
    drawers = {"utils", "util", "helpers", "misc", "common"}
    assert [named(p) for p in SOURCES if p.stem in drawers] == []


@pytest.mark.parametrize("path", MODULES, ids=named)
def test_no_program_text_calls_html_safe(path: Path) -> None:
    words = re.findall(r"\bMarkup\b|\bautoescape\s*=\s*False", path.read_text("utf-8"))
    assert words == []


def test_templates_mark_only_sanitised_html_as_safe() -> None:
    marked = set()
    for path in TEMPLATES:
        text = path.read_text("utf-8")
        marked |= set(re.findall(r"([\w.\[\]()\"']*)\s*\|\s*safe\b", text))
        assert not re.search(r"\bautoescape\s+false\b", text), path
    assert marked == SAFE
    assert all(re.search(r"(prose|html)$", name) for name in SAFE)
