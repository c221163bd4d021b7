"""One hostile record among fifty good ones: no step of a build takes long because of it."""

import time
from collections.abc import Callable, Iterator, Mapping

from repertory.base.profile import Profile
from repertory.catalog.health import health
from repertory.editing import fix
from repertory.pipeline import build, check
from repertory.sources import look
from repertory.writing.workshop import Workshop
from tests.attack import arena
from tests.attack.bounds import HEAD, PRACTICES, RECORD, body, front, slow
from tests.attack.trials import SECONDS
from tests.worlds import SITES, TODAY, lay_out, settings_of

GOOD = 50

FRONTS: Mapping[str, str] = {
    "colons": "title: b: c\n" * 5_000,
    "tabs": "title:\n" + "\tx: y\n" * 9_000,
    "signs": "title: @x\n" * 6_000,
    "unknown keys": "".join(f"k{n}: v\n" for n in range(2_400)),
    "long unknown keys": "".join(f"{'k' * 900}{n}: v\n" for n in range(60)),
    "unknown terms": f"{HEAD}outcome: [{', '.join(f't{n}' for n in range(4_800))}]\n",
    "the same term": f"{HEAD}outcome: [{', '.join(['reading'] * 4_800)}]\n",
    "several terms in one": f"{HEAD}outcome:\n" + "- reading friends x\n" * 2_400,
    "one text of many terms": f"{HEAD}outcome: {'reading, ' * 6_000}\n",
    "proposals": HEAD + "outcome:\n" + "".join(f'- "new: term {n}"\n' for n in range(2_400)),
    "own former ids": f"{HEAD}formerly: [{', '.join(['record'] * 4_800)}]\n",
    "former ids of others": HEAD + "formerly:\n" + "".join(f"- good-{n}\n" for n in range(50)),
    "former ids": HEAD + "formerly:\n" + "".join(f"- old-{n}\n" for n in range(100)),
    "addresses": HEAD + "same_as:\n" + "".join(f"- https://a.b/{n}\n" for n in range(4_000)),
    "tags in a title": f"title: {'<a' * 30_000}\n",
    "dots of a host": f"{HEAD}website: http://{'a.' * 30_000}!\n",
    "digits of a date": f"{HEAD}reviewed: {'1 ' * 30_000}\n",
    "blanks of a period": f'{HEAD}period: "2020{" " * 60_000}x"\n',
    "quotes": f"title: '{chr(39) * 60_000}x\n",
    "brackets": f"title: {'[' * 60_000}\n",
    "lines without keys": "a\n" * 30_000,
    "keys without values": "x:\n" * 20_000,
    "escapes": 'title: "\\0"\n' * 5_000,
    "unbreakable blanks": "\u00a0a: b\n" * 8_000,
    "braces": "title: " + "{a: " * 15_000,
    "dashes": "- " * 20_000,
    "questions": "? " * 20_000,
    "indentation": "".join(" " * depth + "a:\n" for depth in range(300)),
    "a bomb": "a: &a {x: 1}\n" + "".join(f"b{n}: &b{n} {{<<: [*a, *a]}}\n" for n in range(30)),
    "laughs": "a: &a [x, x]\n" + "".join(f"b{n}: &b{n} [*a, *a, *a]\n" for n in range(40)),
    "a long key": "k" * 60_000 + ": v\n",
    "blanks": "a" + " " * 60_000 + "b\nc: d: e\n",
}
BODIES: Mapping[str, str] = {
    "headings": "## a\n" * 50_000,
    "headings apart": "## a\n\n" * 40_000,
    "backslashes": "\\*" * 130_000,
    "links": "[a](b.md)\n\n" * 1_500,
    "far links": "a b\n\n" * 40_000 + "[a](b.md) " * 1_000,
    "pictures": "![a](b.png)\n\n" * 1_500,
    "open links": "[a](" * 1_500,
    "definitions": "[a]: b\n" * 30_000,
    "footnotes": "".join(f"a[^{n}]\n\n[^{n}]: b\n\n" for n in range(700)),
    "abbreviations": "".join(f"*[a{n}]: b\n\n" for n in range(700)) + "a1 " * 60_000,
    "tables": "a|b\n-|-\nc|d\n\n" * 18_000,
    "lists": "- a\n\n" * 50_000,
    "quotations": "> a\n\n" * 40_000,
    "fences": "```\na\n" * 40_000,
    "tags": "<a>" * 80_000,
    "entities": "&a;" * 80_000,
    "emphasis": "*a **b " * 30_000,
    "code": "`a` " * 60_000,
    "words": " ".join(f"{n:x}word" for n in range(30_000)),
    "one word": "a" * 260_000,
    "marks": "a" + "\u0301" * 130_000,
    "paragraphs": "a\n\n" * 80_000,
    "lists in each other": "- " * 100_000 + "x",
    "a long link": "[x](&#" + "9" * 5_000 + ";)",
    "controls in a link": "[x](%0299999999999%03) [y](a%00.md) [z](letters\\-home.md)",
}


def attack(given: arena.Arena) -> Iterator[arena.Outcome]:
    """Build a world of good records with each kind of hostile one."""
    kinds = {name: f"---\n{text}---\nThey read.\n" for name, text in FRONTS.items()}
    kinds |= {f"text: {name}": body(text) for name, text in BODIES.items()}
    kinds["text: headings to look for"] = slow(17_000)
    root = lay_out(given.folder / "amidst", SITES / "small")
    for number in range(GOOD):
        text = front(f"outcome: [reading]\nplace: P{number}\n").replace(
            "title: T", f"title: T{number}"
        )
        (root / PRACTICES / f"good-{number}.md").write_text(text)
    fallen, longest = [], 0.0
    with Workshop(settings_of(root), jobs=1) as workshop:
        _steps(workshop)
        for name, text in kinds.items():
            (root / RECORD).write_text(text)
            for step, seconds in _steps(workshop).items():
                longest = max(longest, seconds)
                if seconds > SECONDS:
                    fallen.append(f"{name}: {step} takes {seconds:.2f} s")
    figures = f"{longest:.2f} s in one step at most"
    yield arena.Outcome("a hostile record among fifty", len(kinds), fallen, figures)


def _steps(workshop: Workshop) -> Mapping[str, float]:
    """Check, and build if that is good, mend and look over; return the seconds of each step."""
    workshop.profile = Profile()
    settings = workshop.settings
    checked = check(workshop, look(workshop, TODAY))
    if checked.good:
        build(workshop, checked, settings.site)
    assert checked.catalog
    catalog, prose = checked.catalog, checked.prose
    more = {
        "fix": _seconds(lambda: fix.mended(settings.root, catalog.taxonomy, [RECORD])),
        "stats": _seconds(lambda: health(catalog, prose, settings.stemmed, TODAY)),
    }
    return {name: spent.cpu for name, spent in workshop.profile.steps.items()} | more


def _seconds(work: Callable[[], object]) -> float:
    begun = time.process_time()
    work()
    return time.process_time() - begun
