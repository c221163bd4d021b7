"""What can go wrong outside our own code, as sentences."""

import errno
import os
import sqlite3

from repertory.base.problem import BuildError
from repertory.base.report import tally
from repertory.base.step import NotKept
from repertory.base.text import in_line
from repertory.writing.assets import BrokenTemplate, MissingPackage
from repertory.writing.disk import Busy
from repertory.writing.manifest import ForeignFolder
from repertory.writing.tracked import NotArchived
from repertory.writing.work import EndedProcess

FULL = "Make room there"
LOCKED = "See that you may read and write there, or take the folder of the site to where you may"
IN_THE_WAY = "Move elsewhere what stands there"
WAYS_OUT = {
    errno.ENOSPC: FULL, errno.EDQUOT: FULL, errno.EFBIG: FULL,
    errno.EACCES: LOCKED, errno.EPERM: LOCKED, errno.EROFS: LOCKED,
    errno.EEXIST: IN_THE_WAY, errno.ENOTDIR: IN_THE_WAY, errno.EISDIR: IN_THE_WAY,
    errno.EIO: "The disk may be failing, so copy your records to another one",
}  # fmt: skip
"""What helps against faults of the machine, by their numbers."""
AGAIN = "give the same command again: nothing is lost."

FAULTS = (
    BuildError, BrokenTemplate, Busy, EndedProcess, ForeignFolder, MissingPackage, NotArchived,
    NotKept, OSError, sqlite3.Error,
)  # fmt: skip
"""What can go wrong outside our own code."""


def told(fault: BaseException) -> str:
    """Return what one of FAULTS means, as a sentence."""
    if isinstance(fault, BuildError):
        return f"{fault} {tally(fault.problems).capitalize()}. No site was built."
    if isinstance(fault, OSError):
        where = f" ({in_line(os.fsdecode(fault.filename))})" if fault.filename else ""
        said = f"The machine says: {fault.strerror or fault}{where}."
        way_out = WAYS_OUT.get(fault.errno or 0)
        return f"{said} {way_out}, and {AGAIN}" if way_out else said
    if isinstance(fault, sqlite3.Error):
        said = f"The folder .repertory-cache cannot be used: {fault}."
        way_out = "See that there is room and that you may write there, or else delete that folder"
        return f"{said} {way_out}, and {AGAIN}"
    return str(fault)
