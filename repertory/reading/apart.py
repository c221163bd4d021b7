"""A picture is copied in a process of its own, which ends where it takes more than it may."""

import json
import resource
import signal
import subprocess
import sys

from repertory.base.settings import PROGRAM

SECONDS = 6  # of the processor, for one picture: twice what the largest need that are taken
MEGABYTES = 450  # these need up to 390
LIMITS = {
    resource.RLIMIT_CPU: SECONDS,
    resource.RLIMIT_DATA: MEGABYTES * 1_000_000,
    resource.RLIMIT_CORE: 0,
}
ENDED = -signal.SIGKILL, -signal.SIGXCPU  # what a process returns that was over its limits


class Damaged(Exception):
    """The bytes cannot be decoded to their end."""


class TooLarge(Exception):
    """The picture takes more than it may, and the text of this tells what."""


def copied(data: bytes, kind: str) -> tuple[bytes, int, int, bool]:
    """Return what `pixels.copied` does.

    A header may lie about its picture, and no timer stops the one call in which a decoder goes
    through all of it; the system stops a process. Raises Damaged and TooLarge.
    """
    command = [sys.executable, "-m", "repertory.reading.pixels", kind]
    done = subprocess.run(command, cwd=PROGRAM, input=data, capture_output=True, check=False)
    if done.returncode in ENDED:
        raise TooLarge(f"takes more than {SECONDS} seconds to look at")
    if done.returncode < 0:
        raise Damaged  # so much that the decoder fell
    if done.returncode:
        raise RuntimeError(done.stderr.decode(errors="replace"))
    head, _, content = done.stdout.partition(b"\n")
    match json.loads(head):
        case [int(width), int(height), bool(is_moving)]:
            return content, width, height, is_moving
        case str(why):
            raise TooLarge(why)
        case _:
            raise Damaged
