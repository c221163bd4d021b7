"""What can go wrong outside our own code, as sentences."""

import os
import sqlite3

from repertory.base.problem import BuildError
from repertory.base.report import tally
from repertory.base.step import NotKept
from repertory.base.text import in_line
from repertory.writing.assets import BrokenTemplate, MissingPackage
from repertory.writing.manifest import ForeignFolder
from repertory.writing.output import Busy
from repertory.writing.work import EndedProcess

FAULTS = (
    BuildError, BrokenTemplate, Busy, EndedProcess, ForeignFolder, MissingPackage, NotKept,
    OSError, sqlite3.Error,
)  # fmt: skip
"""What can go wrong outside our own code."""


def told(fault: BaseException) -> str:
    """Return what one of FAULTS means, as a sentence."""
    if isinstance(fault, BuildError):
        return f"{fault} {tally(fault.problems).capitalize()}. No site was built."
    if isinstance(fault, OSError):
        where = f" ({in_line(os.fsdecode(fault.filename))})" if fault.filename else ""
        return f"The machine says: {fault.strerror or fault}{where}."
    if isinstance(fault, sqlite3.Error):
        return f"The cache cannot be used ({fault}): delete the folder .repertory-cache, and retry."
    return str(fault)
