"""The settings of a small world."""

from pathlib import Path

from repertory.base.settings import Settings
from repertory.cli import main


def settings() -> Settings:
    """Return the settings of the small world."""
    return Settings(
        root=Path(__file__).parent,
        name="A small world",
        purpose="Four records, with everything that a record can have.",
        address="https://small.example/world/",
        security_contact="us@small.example",
        languages=("en", "de", "nl"),
    )


if __name__ == "__main__":
    main(settings)
