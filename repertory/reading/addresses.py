"""Web addresses: which can be opened, how links lead there, and what is meant by half of one."""

import re
from urllib.parse import quote, unquote, urlsplit

from repertory.base.text import UNSEEN

REL = "noopener nofollow ugc"
"""What every link that a record gives says of the site it leads to: that we do not vouch for it."""
DOI = re.compile(r"(?:doi:\s*)?(10\.\d{4,}/\S+)", re.IGNORECASE)
HOST = re.compile(r"(?:[^\W_]+(?:-+[^\W_]+)*\.)+[^\W\d_]{2,}")
ABBREVIATION = re.compile(
    r"(art|ca|cf|dr|ed|et|fig|isbn|mrs?|ms|no|nr|pp?|prof|s|st|tel|vgl|vol)\.[^./]+", re.IGNORECASE
)
FILE_NAME = re.compile(r"[^/]+\.(pdf|docx?|odt|pptx?|xlsx?|html?|md|txt|jpe?g|png)", re.IGNORECASE)


def completed(bare: str) -> str:
    """Return the address that is meant without its https://, or "" where there is a doubt."""
    whole = f"https://{bare}"
    host = urlsplit(whole).hostname or "" if is_address(whole) else ""
    is_host = HOST.fullmatch(host) and bare.startswith(host) and not ABBREVIATION.fullmatch(bare)
    is_clear = bare.lower().startswith("www.") or (is_host and not FILE_NAME.fullmatch(bare))
    return whole if host and is_clear else ""


def is_address(value: str) -> bool:
    """Tell whether a text is a web address that can be opened."""
    try:
        parts = urlsplit(value)
        host = parts.hostname if parts.port != 0 else None  # which raises where it is no number
    except ValueError:
        return False
    is_host = re.fullmatch(r"[^\s.,;%|^[\]]+(\.[^\s.,;%|^[\]]+)+", host or "")
    is_plain = parts.scheme in ("http", "https") and parts.username is None
    return is_plain and bool(is_host) and not re.search(r"[ <>\"\\]", value) and value.isprintable()


def is_mail(value: str) -> bool:
    """Tell whether a text is a mailto: address of somebody, perhaps with a subject and the like.

    These may have no signs that do harm unseen, such as the end of a line, behind which another
    header would stand.
    """
    address, _, fields = value.partition("?")
    somebody = r"[\w.+'-]+@[\w-]+(\.[\w-]+)+"
    is_to = re.fullmatch(f"mailto:{somebody}(,{somebody})*", address, re.IGNORECASE)
    return bool(is_to) and not UNSEEN.search(unquote(fields).replace("\n", "\r"))


def followed(href: str) -> str:
    """Return the address that a browser follows for what a link says.

    It passes over controls and blanks at both ends, and over ends of lines anywhere; what can
    stand in no address is written in hexadecimal numbers.
    """
    bare = re.sub(r"[\t\n\r]", "", href.strip("".join(map(chr, range(33)))))
    return re.sub(r"[ <>\"]", lambda sign: quote(sign[0]), bare)
