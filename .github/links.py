"""The weekly look at the addresses that the site leads to, and the one issue that tells of it."""

import argparse
import json
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path, PurePosixPath

import yaml

ROOT = Path(__file__).parents[1]
LINKINATOR = ROOT / "node_modules" / ".bin" / "linkinator"
TITLE = "Addresses that lead nowhere"
HEAD = """When the links of the site were last looked at, these addresses gave no page. Look at each
in your browser; mend it in the file named, or take it out. If it works for people and only the
check is refused, add it with a reason to `.github/link-exceptions.yaml`.
"""
WELL_AGAIN = "All addresses lead somewhere again."
MOST_CHARACTERS = 60_000  # GitHub takes 65,536 in an issue
REFUSED = (401, 403, 429, 999)  # what sites answer that are there, but not for programs


def exceptions(file: Path) -> Mapping[str, str]:
    """Return the addresses that are passed over, as patterns, with the reasons.

    Raises ValueError where one has no reason.
    """
    found = {}
    for entry in yaml.safe_load(file.read_text("utf-8")) or []:
        pattern, reason = (str(entry.get(key) or "").strip() for key in ("address", "reason"))
        if not pattern or not reason:
            raise ValueError(f"{file}: every exception needs an address and a reason: {entry}")
        found[pattern] = reason
    return found


def own() -> Iterator[str]:
    """Yield patterns of what this site itself will be, and of pages that want a login."""
    sys.path.insert(0, str(ROOT))
    from build import settings

    made = settings()
    if made.address:
        yield f"^{re.escape(made.address)}"
    if made.repository:
        yield f"^{re.escape(made.repository.rstrip('/'))}/(edit|new)/"


def dead(site: str, passed_over: Sequence[str]) -> Mapping[tuple[str, int], Sequence[str]]:
    """Return the addresses that gave no page, with the status (0: no answer), and their pages.

    `site` is the folder from here. Raises RuntimeError where they could not be looked at.
    """
    command = [str(LINKINATOR), site, "--recurse", "--format", "json", "--verbosity", "error"]
    command += ["--timeout", "30000", "--concurrency", "20", "--retry"]
    command += ["--retry-errors", "--retry-errors-count", "2"]
    for status in REFUSED:
        command += ["--status-code", f"{status}:ok"]
    for pattern in passed_over:
        command += ["--skip", pattern]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    try:
        links = json.loads(done.stdout)["links"]
    except (ValueError, KeyError) as fault:
        raise RuntimeError(f"linkinator gave no result. {done.stderr.strip()}") from fault
    found: dict[tuple[str, int], set[str]] = defaultdict(set)
    for link in links:
        page = PurePosixPath(link.get("parent") or site)
        found[link["url"], link["status"]].add(source(page, site))
    return {key: sorted(pages) for key, pages in sorted(found.items())}


def source(page: PurePosixPath, site: str) -> str:
    """Return the record that a page was made from, or the page itself."""
    name = page.relative_to(site).with_suffix("") if page.suffix else PurePosixPath("index")
    record = ROOT / "content" / f"{name}.md"
    return record.relative_to(ROOT).as_posix() if record.is_file() else f"{site}/{name}.html"


def report(found: Mapping[tuple[str, int], Sequence[str]]) -> str:
    """Return the list of dead addresses in Markdown, or ""."""
    lines = [
        f"- {shown(url)} ({status or 'no answer'}) in {', '.join(f'`{page}`' for page in pages)}"
        for (url, status), pages in found.items()
    ]
    text = "\n".join([HEAD, *lines])
    if len(text) > MOST_CHARACTERS:
        text = f"{text[:MOST_CHARACTERS].rpartition(chr(10))[0]}\n- and more"
    return f"{text}\n" if lines else ""


def shown(url: str) -> str:
    """Return an address as Markdown that shows it as it is."""
    is_plain = re.fullmatch(r"https?://[^\s<>]+", url)
    return f"<{url}>" if is_plain else f"`{' '.join(url.split()).replace('`', '%60')}`"


def tell(file: Path) -> None:
    """Open the issue with the report in a file, or bring it up to date; without one, close it."""
    asked = ["--state", "all", "--app", "github-actions", "--search", f'in:title "{TITLE}"']
    listed = json.loads(gh("list", *asked, "--json", "number,title,state"))
    mine = [issue for issue in listed if issue["title"] == TITLE]
    number = str(mine[0]["number"]) if mine else ""
    is_open = bool(mine) and mine[0]["state"] == "OPEN"
    if not file.read_text("utf-8"):
        if is_open:
            gh("close", number, "--comment", WELL_AGAIN)
        return
    if not number:
        gh("create", "--title", TITLE, "--body-file", str(file))
        return
    gh("edit", number, "--body-file", str(file))
    if not is_open:
        gh("reopen", number)


def gh(*arguments: str) -> str:
    """Run a command of GitHub's own program on issues. Raises CalledProcessError."""
    command = ["gh", "issue", *arguments]
    return subprocess.run(command, check=True, stdout=subprocess.PIPE, text=True).stdout


def main() -> int:
    """Look at the links of a site, or tell of what was found; return the exit code."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("site", nargs="?", help="the built site; without it, tell of the report")
    parser.add_argument("--report", type=Path, required=True, help="the file for the report")
    parser.add_argument("--exceptions", type=Path, default=ROOT / ".github/link-exceptions.yaml")
    asked = parser.parse_args()
    if not asked.site:
        tell(asked.report)
        return 0
    asked.report.unlink(missing_ok=True)
    passed_over = exceptions(asked.exceptions)
    text = report(dead(asked.site, [*passed_over, *own()]))
    asked.report.write_text(text, encoding="utf-8")
    print(text or "All addresses lead somewhere.")
    return 1 if text else 0


if __name__ == "__main__":
    try:
        sys.exit(main())
    except (OSError, RuntimeError, ValueError, subprocess.CalledProcessError) as fault:
        print(fault, file=sys.stderr)
        sys.exit(2)
