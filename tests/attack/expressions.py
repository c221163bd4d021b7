"""Regular expressions against long runs of their own signs: none takes more than linear time."""

import ast
import importlib
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import suppress
from functools import partial
from itertools import product
from pathlib import Path
from random import Random
from types import ModuleType
from typing import Any, NamedTuple

import regex

from repertory.base.budget import OverBudget, processor_seconds
from tests.attack import arena
from tests.conftest import ROOT

SIGNS = 20_000  # in a run: what takes time by their square takes seconds
SECONDS = 0.5
METHODS = {"match", "search", "fullmatch", "sub", "split", "findall", "finditer"}
COMMON = " \t\n1aé.-"  # are tried with every expression
CUT = {"KEY": 2_000, "SEPARATORS": 500, "NAME": 1_000}
"""Expressions that are given no more than so many signs, by their names."""
OURS = ("repertory.preview.", "repertory.base.rulebook", "repertory.reading.settings_file")
"""Modules whose expressions see what the program or its maintainers wrote, and no stranger."""


class Expression(NamedTuple):
    """Where an expression is used, what it is, and how: by which method of re or regex."""

    place: str
    compiled: Any  # re.Pattern | regex.Pattern, of text or of bytes
    method: str
    name: str = ""


def expressions() -> Iterator[Expression]:
    """Yield every use of an expression in the program; those made at run time are left out."""
    files = [p for p in sorted((ROOT / "repertory").rglob("*.py")) if p.name != "__init__.py"]
    trees = {_module(path): ast.parse(path.read_text("utf-8")) for path in files}
    modules = {name: importlib.import_module(name) for name in trees if not name.startswith(OURS)}
    for name, module in modules.items():
        for call in (node for node in ast.walk(trees[name]) if isinstance(node, ast.Call)):
            if not isinstance(call.func, ast.Attribute) or call.func.attr not in METHODS:
                continue
            used = ast.unparse(call.func.value)
            place, method = f"{name}:{call.lineno}", call.func.attr
            found = getattr(module, used, None) if used.isidentifier() else None
            if isinstance(found, re.Pattern | regex.Pattern):
                yield Expression(place, found, method, used)
            elif library := {"re": re, "regex": regex}.get(used):
                yield from _inline(module, place, method, call, library)


def _inline(
    module: ModuleType, place: str, method: str, call: ast.Call, library: Any
) -> Iterator[Expression]:
    """Yield the expression of a call of re.match and the like, if the module alone tells it."""
    code = compile(ast.Expression(call.args[0]), place, "eval")
    if set(code.co_names) <= set(vars(module)) | {"replace"}:
        found = eval(code, dict(vars(module)))
        flags = re.DOTALL * ("DOTALL" in ast.unparse(call)) | re.IGNORECASE * (
            "IGNORECASE" in ast.unparse(call)
        )
        yield Expression(place, library.compile(found, flags), method)


def _module(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


def runs(expression: Expression, chance: Random, most: int) -> Iterator[str]:
    """Yield long runs of the signs of an expression, one or two of them, which end otherwise."""
    written = expression.compiled.pattern
    text = written if isinstance(written, str) else written.decode("latin-1")
    signs = sorted({*text, *COMMON})
    count = CUT.get(expression.name, SIGNS)
    pairs = list(product(signs, repeat=2))
    yield from (sign * count + "\x01" for sign in signs)
    for one, other in chance.sample(pairs, min(most, len(pairs))):
        yield one + other * count + "\x01"
        yield (one + other) * (count // 2) + "\x01"


def seconds(expression: Expression, text: str) -> float:
    """Return how long an expression takes for a text, 2 seconds at most where it can be ended."""
    compiled = expression.compiled
    data = text if isinstance(compiled.pattern, str) else text.encode("latin-1", "replace")
    uses: Mapping[str, Callable[[], object]] = {
        "sub": partial(compiled.sub, data[:0], data),
        "finditer": lambda: list(compiled.finditer(data)),
    }
    use = uses.get(expression.method) or partial(getattr(compiled, expression.method), data)
    begun = time.process_time()
    with suppress(OverBudget), processor_seconds(2):
        use()
    return time.process_time() - begun


def attack(given: arena.Arena) -> Iterator[arena.Outcome]:
    """Try every expression with runs of its signs."""
    tried, fallen, longest = 0, [], 0.0
    for expression in expressions():
        for text in runs(expression, Random(expression.place), given.times(4, 300)):
            taken = seconds(expression, text)
            tried, longest = tried + 1, max(longest, taken)
            if taken > SECONDS:
                shown = f"{expression.method} {expression.compiled.pattern!r} with {text[:4]!r}"
                fallen.append(f"{expression.place}: {shown} takes {taken:.2f} s")
    yield arena.Outcome("regular expressions", tried, fallen, f"{longest:.2f} s at most")
