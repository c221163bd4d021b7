"""What shows texts of records, term labels or a visitor's own words, opened in a live browser."""

from collections.abc import Sequence
from contextlib import closing
from urllib.parse import quote

from playwright.sync_api import Browser, BrowserContext, Error

from tests.attack.hostile import WORD, Vector, World
from tests.attack.watching import Watch
from tests.browser.world import served

FORM, LIST, COMPARE = "contribute.html", "practices/index.html", "compare.html"
SOME = 4  # vectors of which one is shown where others show the same again
NEAREST = 400  # milliseconds behind the last letter in which the nearest practices are found
COLUMNS = 8  # practices in a comparison
READY = ".explorer[data-state=ready]"
TYPED = """([text, isEverywhere]) => {
  const fields = "form.asked :is(input[type=text], input[type=url], textarea)";
  for (const field of document.querySelectorAll(fields)) {
    const { kind, recommended } = field.closest(".field").dataset;
    const isLoose = ["text", "facet", undefined].includes(kind) && recommended === undefined;
    field.value = isEverywhere || isLoose ? text : "";
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.dispatchEvent(new Event("change", { bubbles: true }));
  }
  document.querySelectorAll(".facet").forEach((list) => {
    list.querySelector("input").checked = true;
  });
}"""
DRAFT = """([text]) => {
  const names = [...document.querySelectorAll("[data-key], [data-section]")].map(({ dataset }) =>
    dataset.key ?? `## ${dataset.section}`);
  const kept = Object.fromEntries(["## ", ...names].map((name) => [name, text]));
  localStorage.setItem("draft /some/where/index.html new", JSON.stringify({ kept, step: text }));
}"""
ASKED = """([text]) => {
  const field = document.querySelector("main input[name=q]");
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}"""
PROTOTYPE = "() => Object.keys(Object.prototype).concat(({}).polluted ?? [])"


def open_live(
    browser: Browser, world: World, is_bare: bool, is_whole: bool
) -> tuple[int, list[str]]:
    """Open a world with the pages' policy, or bare of it; return how often, and what fell.

    Of a `whole` one all that there is is opened, over HTTP and from a disk, of another what has
    many vectors at once.
    """
    tried, fallen = 0, []
    for way in (_served, _from_disk) if is_whole else (_together,):
        context = browser.new_context(bypass_csp=is_bare, reduced_motion="reduce")
        with closing(context):
            count, faults = way(context, world)
        tried += count
        fallen += faults
    return tried, fallen


def _served(context: BrowserContext, world: World) -> tuple[int, list[str]]:
    with served(world.settings.site) as root:
        watch = Watch(context, root)
        tried = sum(
            visit(watch, world, world.vectors)
            for visit in (_pages, _feeds, _explorer, _comparison, _overview, _form, _change)
        )
    return tried, watch.fallen


def _from_disk(context: BrowserContext, world: World) -> tuple[int, list[str]]:
    watch = Watch(context, f"{world.settings.site.as_uri()}/")
    some = world.vectors[::SOME]
    tried = _pages(watch, world, some, but="404.html")  # whose addresses begin at the host
    for path in (LIST, COMPARE, FORM, "overview.html"):
        watch.open(path, f"?q={WORD}&id=v1&rows=x#<img>")
        tried += 1
    return tried, watch.fallen


def _together(context: BrowserContext, world: World) -> tuple[int, list[str]]:
    watch = Watch(context, f"{world.settings.site.as_uri()}/")
    paths = _gathered(world)
    for path in paths:
        watch.open(path)
    return len(paths), watch.fallen


def _gathered(world: World) -> list[str]:
    return sorted(file.name for file in world.settings.site.glob("gathered-*.html"))


def _pages(watch: Watch, world: World, some: Sequence[Vector], but: str = "") -> int:
    """Open records, and the lists, cards and guides in which many stand together."""
    site = world.settings.site
    paths = [f"{it}v{v.number}.html" for v in some for it in ("practices/", "news/", "")]
    paths += [f"{it}{v.number}.html" for v in some[::SOME] for it in ("vector/v", "news/c")]
    paths += [f"country/belgium{page}.html" for page in ("", "-2", "-3")]
    paths += ["index.html", "fields.html", "map.html", "news/index.html", "vector/index.html"]
    paths += ["practices/a-z.html", "404.html", "about.html", FORM, LIST, *_gathered(world)]
    there = [path for path in paths if (site / path).is_file() and path != but]
    for path in there:
        watch.open(path)
    return len(there)


def _feeds(watch: Watch, world: World, some: Sequence[Vector]) -> int:
    """Open what is meant for machines as a page; what a browser saves instead is no fault."""
    paths = ["feed.xml", "sitemap.xml", "robots.txt", "data/practices.json", "data/practices.csv"]
    paths += [
        "data/known.json",
        "search/index.json",
        *(f"practices/v{v.number}.md" for v in some[::SOME]),
    ]
    watch.is_saving = True
    for path in paths:
        watch.where = path
        try:
            watch.page.goto(watch.root + path)
        except Error as fault:
            if "Download is starting" not in fault.message:
                raise
    watch.open("about.html")
    watch.is_saving = False
    return len(paths)


def _explorer(watch: Watch, world: World, some: Sequence[Vector]) -> int:
    """Find all records by a word of theirs, then ask for the vectors themselves."""
    for page in range(1, 3 + len(some) // 30):
        watch.open(LIST, f"?q={WORD}&page={page}", READY)
    for vector in some:
        watch.where = f"{LIST} asked for {vector.name}"
        watch.run(ASKED, vector.text)
        watch.page.locator(READY).wait_for()
        watch.judge(LIST)
    for vector in some[:: 1 + len(some) // 60]:
        asked = quote(vector.text)
        query = f"?q={asked}&vector={asked}&sort={asked}&page={asked}&{asked}#{asked}"
        watch.open(LIST, query, READY)
    assert watch.run(PROTOTYPE) == []
    return len(some) + len(some[:: 1 + len(some) // 60])


def _comparison(watch: Watch, world: World, some: Sequence[Vector]) -> int:
    """Set practices side by side, and ask for some that have hostile names."""
    ready = ".comparison[data-state=ready]"
    for number in range(0, len(some), COLUMNS):
        ids = "&".join(f"id=v{vector.number}" for vector in some[number:][:COLUMNS])
        watch.open(COMPARE, f"?{ids}", ready)
    for vector in some:
        watch.open(COMPARE, f"?id={quote(vector.text)}&id=v{vector.number}", ready)
    return len(some) * 2


def _overview(watch: Watch, world: World, some: Sequence[Vector]) -> int:
    """Set all vectors against countries, and ask for facets of hostile names."""
    watch.open("overview.html", "?rows=vector&columns=country", "table.crossing tbody")
    for vector in some[:: 1 + len(some) // 30]:
        asked = quote(vector.text)
        watch.open("overview.html", f"?rows={asked}&columns={asked}#{asked}")
    return 1 + len(some[:: 1 + len(some) // 30])


def _form(watch: Watch, world: World, some: Sequence[Vector]) -> int:
    """Write vectors into every field, look at the preview and the last step; bring drafts back."""
    watch.open(FORM, ready=".steps:not([hidden])")
    ready = 0
    for vector in some:
        for is_everywhere in (True, False):
            watch.where = f"{FORM} with {vector.name}"
            watch.run(TYPED, vector.text, is_everywhere)
            watch.run("() => { location.hash = '#send'; }")
            watch.judge(FORM)
            ready += watch.page.locator(".ways > div").count()
            watch.run("() => { location.hash = '#practice'; }")
    assert ready, "no vector got as far as to be sent"
    drafts = some[:: 1 + len(some) // 60]
    for vector in drafts:
        watch.run(DRAFT, vector.text)
        asked = quote(vector.text)
        watch.open(FORM, f"?vector={asked}&{asked}=x", "[role=status] button")  # it is back
        watch.page.locator("#field-title").press_sequentially("x")
        watch.page.wait_for_timeout(NEAREST)
        watch.judge(FORM)
        watch.open(FORM, f"?change={asked}", "h1")
    watch.run("() => { localStorage.clear(); }")
    return len(some) + len(drafts) * 2


def _change(watch: Watch, world: World, some: Sequence[Vector]) -> int:
    """Begin to change every record in the form."""
    for vector in some:
        watch.open(FORM, f"?change=v{vector.number}", "h1")
        watch.page.locator("form.asked .steps:not([hidden]), form.asked[hidden]").wait_for(
            state="attached"
        )
        watch.judge(FORM)
    return len(some)
