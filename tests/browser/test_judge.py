"""What the attacks of tests/attack/markup.py are judged by tells of a fault, and of no more."""

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page

from tests.attack.hostile import HOST, Vector, build_hostile, vectors
from tests.attack.markup import cells
from tests.attack.watching import JUDGE, Watch
from tests.browser.world import served

pytestmark = pytest.mark.browser

PAGE = '<!DOCTYPE html><title>x</title><main><div class="prose">{}</div>{}</main>'
KNOWN = '{ files: new Set(["a/b.html", "a/c.html"]), pairs: null }'
REL = 'rel="noopener nofollow ugc"'


@pytest.mark.parametrize(
    ("prose", "around"),
    [
        ("<p>x <a href='c.html#s'>y</a>", ""),
        (f"<p><a href='https://a.example' {REL}>y</a>", ""),
        ("<h2 id='s-a'>x</h2>", '<a href="mailto:a@b.example" id="x">y</a>'),
    ],
)
def test_a_good_page_is_good(page: Page, prose: str, around: str) -> None:
    assert judged(page, prose, around) == []


@pytest.mark.parametrize(
    ("prose", "around"),
    [
        ("<script>x</script>", ""),
        ("<svg></svg>", ""),
        ("<p onclick=x>y", ""),
        ("<p style='color:red'>y", ""),
        ("<p id=location>y", ""),
        ("<a name=x>y</a>", ""),
        ("<a href='javascript:x'>y</a>", ""),
        (f"<a href='https://a.example\\@b.example' {REL}>y</a>", ""),
        ("<a href='https://a.example'>y</a>", ""),
        (f"<a href='//a.example' {REL}>y</a>", ""),
        ("<a href='lost.html'>y</a>", ""),
        ("<a href='../../../x.html'>y</a>", ""),
        ("<img src='https://a.example/x.png' alt=x>", ""),
        ("", "<a href='https://a.example'>y</a>"),
        ("", "<p onclick=x>y</p>"),
        ("", "<base href='/'>"),
        ("", "<meta http-equiv=refresh content='0; url=//a.example'>"),
        ("", "<iframe></iframe>"),
        ("", "<script>x</script>"),
        ("", "<script type='application/ld+json'>{</script>"),
        ("", "<p data-names='{'>x</p>"),
        ("", "<p id=x></p><p id=x></p>"),
        ("<p>text", "<p>wanted: none</p>"),
    ],
)
def test_a_fault_is_told(page: Page, prose: str, around: str) -> None:
    wanted = ["wanted: another"] if "wanted" in around else []
    assert judged(page, prose, around, wanted)


def judged(page: Page, prose: str, around: str, texts: list[str] | None = None) -> list[str]:
    """Return what is told of a page."""
    page.add_init_script(JUDGE)
    page.goto("about:blank")
    html = PAGE.format(prose, around)
    script = f"([html, texts]) => judgedTexts([['a/b.html', html, texts]], {KNOWN})"
    found: list[str] = page.evaluate(script, [html, texts or []])
    return found


@pytest.mark.parametrize(
    ("html", "told"),
    [
        ("<img src='data:x' onerror='ran(7)'>", "vector 7 ran"),
        (f"<img src='http://v7.{HOST}/'>", f"asked for http://v7.{HOST}/"),
        ("<script>alert('x')</script>", "a dialog: x"),
        ("<script>window.open('about:blank')</script>", "a window: "),
        ("<iframe srcdoc='x'></iframe>", "a frame: "),
        ("<script>console.error('x')</script>", "the console says x"),
        ("<script>throw 'x'</script>", "an error: x"),
        ("<p onclick='x'>y</p>", "onclick=x on <p>"),
    ],
)
def test_what_a_page_does_is_told(browser: Browser, tmp_path: Path, html: str, told: str) -> None:
    (tmp_path / "index.html").write_text(f"<!DOCTYPE html><title>x</title>{html}", "utf-8")
    (tmp_path / "404.html").touch()
    context = browser.new_context(bypass_csp=True)
    with served(tmp_path) as root:
        watch = Watch(context, root)
        watch.open("index.html")
    context.close()
    assert any(told in line for line in watch.fallen), watch.fallen


def test_a_formula_is_told_wherever_lines_are_divided() -> None:
    assert list(cells('a,b\r\nx,"y;=1"\r\n'))
    assert list(cells("a,b\r\nx,=1\r\n"))
    assert not list(cells("a,b\r\nx,y=1\r\n"))


def test_there_are_at_least_400_vectors_and_none_twice() -> None:
    found = vectors()
    assert len({vector.text.replace(str(vector.number), "") for vector in found}) == len(found)
    assert len(found) >= 400


def test_what_is_refused_is_told_apart_from_what_stands(tmp_path: Path) -> None:
    some = [Vector(1, "a script", "<script>x</script>"), Vector(2, "a link", "[x](javascript:x)")]
    world = build_hostile(tmp_path, some, some)
    assert (2, "practice's body") in world.refused
    assert (1, "practice's body") in world.standing
    assert (1, "practice's title") in world.standing
    assert (1, "practice's website") in world.refused
