"""Builds this site: `python build.py`; `python build.py --help` shows the other commands.

What differs between two sites stands here and in taxonomy.yaml; README.md tells how to make this
your own database.
"""

from pathlib import Path

from repertory.base.settings import Settings
from repertory.cli import main


def settings() -> Settings:
    """Return the settings of this site; every field is explained in repertory/base/settings.py."""
    return Settings(
        root=Path(__file__).parent,
        name="Good practices for refugee and migrant children in education",
        purpose="How schools and towns in Europe help children who arrive from "
        "elsewhere to learn, belong and stay in education.",
        address="https://good-practices.example/",
        repository="",
        language="en",
        languages=("en", "de", "el", "es", "fr", "it", "nl"),
        accent="#0b5c6b",
        accent_dark="#7cc7d4",
    )


if __name__ == "__main__":
    main(settings)
