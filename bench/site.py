"""The command of the sites that are measured: `python -m bench.site build --root SITE`."""

from pathlib import Path

from repertory.base.settings import Settings
from repertory.cli import main


def settings() -> Settings:
    """Return settings for the pages that the peers make: one language, and lists of 50."""
    address = "https://practices.example/"
    return Settings(root=Path.cwd(), name="Practices", address=address, page_size=50)


if __name__ == "__main__":
    main(settings)
