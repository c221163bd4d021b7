"""What differs between two sites beside their content: the one Settings(...) of build.py."""

from dataclasses import dataclass
from pathlib import Path

PROGRAM = Path(__file__).parents[2]  # where this repository lies
ENGINE = PROGRAM / "repertory"
THEME = PROGRAM / "templates"  # what sites may override, file by file
LIGHT_PAPER, DARK_PAPER = "#fdfcf9", "#14171a"  # the pages that the accent colours are read on


@dataclass(frozen=True, slots=True)
class Boosts:
    """How much a word counts in the search, by where it stands; `body` is the measure of all.

    `terms` are the names of a record's terms, in every language; `names` its organisation and
    place.
    """

    title: int = 10
    terms: int = 6
    summary: int = 4
    names: int = 4
    headings: int = 2
    body: int = 1


@dataclass(frozen=True, slots=True)
class Settings:
    """The site's settings.

    `name` and `purpose` (one sentence) are shown on the home page; `address` is the public URL
    where the site will stand, ending in "/", or "" while there is none (then no feed, sitemap or
    permanent address is made); `repository` the URL of the repository at GitHub, or "", and
    `branch` the branch of it that is published; `email` where proposals can be sent, or "";
    `security_contact` an e-mail address or a page https://... where holes in the site's safety can
    be told, or "", and `security_until` the day YYYY-MM-DD until which somebody surely reads it;
    `language` the language of the texts, and `languages` those that terms have names in and
    records may be written in, as two-letter codes; `accent` and `accent_dark` the colours #rrggbb
    of links on light and dark pages; `licence` and `licence_address` what the texts may be used
    for; `page_size` the records on a page of a list; `boosts` what words count in the search.
    """

    root: Path
    name: str
    purpose: str = ""
    address: str = ""
    repository: str = ""
    branch: str = "main"
    email: str = ""
    security_contact: str = ""
    security_until: str = ""
    language: str = "en"
    languages: tuple[str, ...] = ("en",)
    accent: str = "#0b5c6b"
    accent_dark: str = "#7cc7d4"
    licence: str = "CC BY 4.0"
    licence_address: str = "https://creativecommons.org/licenses/by/4.0/"
    page_size: int = 25
    boosts: Boosts = Boosts()

    @property
    def stemmed(self) -> tuple[str, ...]:
        """The languages whose words the search knows by their stems."""
        return tuple(dict.fromkeys((self.language, *self.languages)))

    @property
    def theme(self) -> tuple[Path, ...]:
        """The folders of templates, the site's own first."""
        own = self.root / "templates"
        return (own, THEME) if own.is_dir() and not own.samefile(THEME) else (THEME,)

    @property
    def site(self) -> Path:
        """The folder that the site is built into."""
        return self.root / "site"

    @property
    def cache(self) -> Path:
        """The folder for what can be made again at any time."""
        return self.root / ".repertory-cache"

    @property
    def preview(self) -> Path:
        """The folder of the site that the preview shows."""
        return self.cache / "preview"
