"""What files and addresses may be called."""

import re

DEVICE = r"(?:con(?:(?:in|out)\$)?|prn|aux|nul|(?:com|lpt)[0-9¹²³])"
"""A pattern of the names that no file may have in Windows, whatever its ending."""
OF_WINDOWS = "Windows keeps this name for itself: make it longer."
SLUG = re.compile(rf"(?!{DEVICE}(?![a-z0-9-]))[a-z0-9]+(?:-[a-z0-9]+)*")
LONGEST_SLUG = 80


def slugged(text: str, longest: int = LONGEST_SLUG) -> str:
    """Return the slug of a text, cut behind a word (0: not at all), or "" where it has no letters.

    Entities stay as they are: what they stand for has not been looked at.
    """
    from slugify import slugify  # late: most names are slugs

    return slugify(
        text,
        entities=False,
        decimal=False,
        hexadecimal=False,
        max_length=longest,
        word_boundary=True,
    )
