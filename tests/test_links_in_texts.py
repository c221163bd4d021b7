"""Links in the text of a record lead where they say, or they are refused."""

import re

import pytest

from repertory.reading.body import Body
from repertory.reading.markdown import read_prose
from repertory.reading.source import Source, collect

OUTSIDE = 'rel="noopener nofollow ugc"'


def read(text: str) -> tuple[str, list[str]]:
    """Return the attributes of a text's first link, and the rules that it breaks."""
    source = Source("content/practices/here.md", text, tuple(text.split("\n")))
    (_, html, _), problems = collect(read_prose(Body(source, text, 1)))
    found = re.search("<a([^>]*)>", html)
    return found[1].strip() if found else "", [problem.rule for problem in problems]


@pytest.mark.parametrize(
    ("text", "attributes"),
    [
        ("[x](https://a.example)", f'href="https://a.example" {OUTSIDE}'),
        ("[x](HTTP://a.example/)", f'href="HTTP://a.example/" {OUTSIDE}'),
        ("<https://a.example/b?c=1&d=2>", f'href="https://a.example/b?c=1&amp;d=2" {OUTSIDE}'),
        ("[x](<https://a.example/a b>)", f'href="https://a.example/a%20b" {OUTSIDE}'),
        ("[x](https://a.example/@b)", f'href="https://a.example/@b" {OUTSIDE}'),
        ("[x](https://a.example/&amp;#64;)", f'href="https://a.example/&amp;#64;" {OUTSIDE}'),
        ("[x][y]\n\n[y]: https://a.example", f'href="https://a.example" {OUTSIDE}'),
        ("[x](mailto:a@b.example)", 'href="mailto:a@b.example"'),
        ("[x](mailto:a@b.example,c@d.example)", 'href="mailto:a@b.example,c@d.example"'),
        (
            "[x](mailto:a@b.example?subject=Let%E2%80%99s)",
            'href="mailto:a@b.example?subject=Let%E2%80%99s"',
        ),
        ("[x](mailto:a@b.example?subject=a%20b)", 'href="mailto:a@b.example?subject=a%20b"'),
        ("[x](there.md#part)", 'href="there.html#part"'),
        ("[x](javascript%3Aalert.md)", 'href="javascript%3Aalert.html"'),
        ("[x](/%5Ca.example/b.md)", 'href="../%5Ca.example/b.html"'),
        ("[x](#part)", 'href="#part"'),
    ],
)
def test_a_link_says_whether_it_leads_elsewhere(text: str, attributes: str) -> None:
    assert read(text) == (attributes, [])


@pytest.mark.parametrize(
    "address",
    [
        "javascript:x",
        "java&Tab;script:x",
        "//a.example/",
        "\\\\\\\\a.example/b.html",
        "/\\\\a.example/b.html",
        "&sol;&sol;a.example",
        "https:a.example",
        "https:///a.example",
        "https://good.example@a.example/",
        "https://good.example&amp;commat;a.example/",
        "https://a.example\\\\.good.example/",
        "https://a%2eexample/",
        "https://a.example:x/",
        "https://exa\u202emple.org/",
        "https://good.example|a.example/",
        "https://a^b.example/",
        "mailto:",
        "mailto://a.example/b",
        "mailto:%E2%80%AEb@a.example",
        "mailto:b@a.example?subject=x%0D%0ABcc:c@a.example",
        f"https://a.example/{'x' * 4000}",
        f"{'x' * 4001}.md",
    ],
)
def test_an_address_in_disguise_is_refused(address: str) -> None:
    assert read(f"[x]({address})") == ('href=""', ["bad-link"])
