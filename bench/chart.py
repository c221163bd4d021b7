"""A chart of bars as SVG: readable by people who see it and who hear it, by day and by night."""

from typing import NamedTuple
from xml.sax.saxutils import escape

WIDTH, LEFT, RIGHT, ROW, TOP, BAR = 760, 236, 176, 34, 84, 18
STYLE = """
    text { font: 14px system-ui, sans-serif; fill: #24292f }
    .title { font-size: 17px; font-weight: 600 } .quiet { fill: #57606a }
    .ours { font-weight: 600 } .axis { stroke: #8c959f }
    .pages { fill: #8c959f } .search { fill: #c4cad1 }
    .ours.pages { fill: #0b5c6b } .ours.search { fill: #6aa9b4 }
    @media (prefers-color-scheme: dark) {
      text { fill: #e6edf3 } .quiet { fill: #9da7b1 } .axis { stroke: #6e7681 }
      .pages { fill: #7d8590 } .search { fill: #484f58 }
      .ours.pages { fill: #7cc7d4 } .ours.search { fill: #3b7682 }
    }"""


class Bar(NamedTuple):
    """One bar: its name, and the seconds that pages and the index of the search take."""

    name: str
    pages: float
    search: float = 0.0

    def told(self) -> str:
        """Return what it says at its end."""
        total = self.pages + self.search
        digits = 0 if total >= 100 else 1 if total >= 10 else 2
        search = f" (search {self.search:.{digits}f})" if self.search else ""
        return f"{total:.{digits}f} s{search}"


def drawn(records: int, bars: list[Bar]) -> str:
    """Return the chart of builds with so many records."""
    height = TOP + ROW * len(bars) + 8
    longest = max(bar.pages + bar.search for bar in bars)
    scale = (WIDTH - LEFT - RIGHT) / longest
    told = escape("; ".join(f"{bar.name}: {bar.told()}" for bar in bars))
    rows = [_row(bar, TOP + ROW * place, scale) for place, bar in enumerate(bars)]
    title = f"Building a site of {records:,} records, in seconds"
    axis = f'<path class="axis" d="M{LEFT} {TOP - 8}V{height - 8}"/>'
    lines = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" role="img" '
        'aria-labelledby="title desc">',
        f'<title id="title">{title}</title>',
        f'<desc id="desc">Wall time, the less the better. {told}.</desc>',
        f"<style>{STYLE}\n  </style>",
        f'<text class="title" x="0" y="20">{title}</text>',
        *_key(),
        *rows,
        axis,
    ]
    return "\n  ".join(lines) + "\n</svg>\n"


def _row(bar: Bar, top: float, scale: float) -> str:
    whose = "ours" if bar.name.startswith("Repertory") else "theirs"
    pages, search = bar.pages * scale, bar.search * scale
    middle = top + BAR / 2 + 5
    parts = [f'<text class="{whose}" x="{LEFT - 10}" y="{middle}" text-anchor="end">']
    parts += [f"{escape(bar.name)}</text>", _box(f"{whose} pages", LEFT, top, max(pages, 1))]
    parts += [_box(f"{whose} search", LEFT + pages, top, search)] if search else []
    end = LEFT + pages + search + 8
    parts += [f'<text class="{whose}" x="{end:.1f}" y="{middle}">{bar.told()}</text>']
    return "".join(parts)


def _key() -> list[str]:
    """Return what the shades mean."""
    found = []
    for x, kind, words in ((LEFT, "pages", "pages"), (LEFT + 90, "search", "index of the search")):
        found += [_box(f"ours {kind}", x, 40, 12, 6), _box(f"theirs {kind}", x, 46, 12, 6)]
        found += [f'<text class="quiet" x="{x + 20}" y="51">{words}</text>']
    return found


def _box(kind: str, x: float, y: float, width: float, height: float = BAR) -> str:
    return f'<rect class="{kind}" x="{x:.1f}" y="{y}" width="{width:.1f}" height="{height}"/>'
