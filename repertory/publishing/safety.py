"""What keeps visitors safe: the policy of each page, headers for hosts, whom to tell of holes."""

from collections.abc import Iterator

from repertory.base.digest import digest
from repertory.base.settings import Settings
from repertory.publishing import urls
from repertory.publishing.output import Output, Section, alone

REFERRER = "strict-origin-when-cross-origin"
NOTHING = "default-src 'none'; base-uri 'none'"  # what the page of a former address may do
WORKERS = "search"  # the Trusted Types policy by which explorer.js starts its worker


def policy(has_scripts: bool, files: str = " file:", more: str = "") -> str:
    """Return a Content-Security-Policy: a page may use files of its own site, each for one thing.

    `files` is for pages opened from a disk, since Firefox does not count files as 'self'. Whatever
    makes code out of text is refused (Trusted Types), but for the address of the search's worker.
    """
    scripts = f"; script-src 'self'{files}; connect-src 'self'" if has_scripts else ""
    types = WORKERS if has_scripts else "'none'"
    return (
        f"{NOTHING}; style-src 'self'{files}; img-src 'self'{files}; form-action 'self'{files}"
        f"{scripts}{more}; require-trusted-types-for 'script'; trusted-types {types}"
    )


def sections(settings: Settings) -> Iterator[Section]:
    """Yield _headers, as Netlify and Cloudflare Pages read it, and .well-known/security.txt."""
    contents = {urls.HEADERS: _headers(settings), urls.SECURITY: _contact(settings)}
    for path, content in contents.items():
        if content:
            yield alone(digest(content), Output(path, content.encode, indexed=False))


def _headers(settings: Settings) -> str:
    """Return what all files are sent with; no other site may show a page of ours in a frame."""
    headers = {
        "Content-Security-Policy": policy(True, files="", more="; frame-ancestors 'none'"),
        "Referrer-Policy": REFERRER,
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
    }
    lines = (f"  {name}: {value}\n" for name, value in headers.items())
    return f"{urls.from_host(settings.address)}*\n{''.join(lines)}"


def _contact(settings: Settings) -> str:
    """Return security.txt (RFC 9116), or "" where nobody is named."""
    contact = settings.security_contact
    if not contact or not settings.security_until:
        return ""
    scheme = "" if contact.startswith("https://") else "mailto:"
    own = urls.absolute(urls.SECURITY, settings.address) if settings.address else ""
    canonical = f"Canonical: {own}\n" if own.startswith("https://") else ""
    return (
        f"Contact: {scheme}{contact}\n"
        f"Expires: {settings.security_until}T23:59:59Z\n"
        f"Preferred-Languages: {settings.language}\n{canonical}"
    )
