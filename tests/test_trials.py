"""A try that raises, is killed, takes long or grows is seen, and all others are still made."""

import os
import signal
import time
from pathlib import Path

from tests.attack.trials import MEGABYTES, SECONDS, attempt, made


def trial(number: int) -> list[str]:
    """Go wrong in the way of each number."""
    match number:
        case 1:
            raise KeyError("planted")
        case 2:
            os.kill(os.getpid(), signal.SIGKILL)
        case 3:
            begun = time.process_time()
            while time.process_time() < begun + SECONDS + 1:
                pass
        case 5:
            assert len(b"x" * (MEGABYTES + 50) * 2**20)
    return [f"mark-{number}"]


def main(kind: str, first: str, end: str, folder: str) -> None:
    """Make tries in this process."""
    assert (kind, Path(folder).parent.name) == ("planted", "trials")
    attempt(trial, range(int(first), int(end)))


def test_what_does_not_hold_is_told_of_each_try(tmp_path: Path) -> None:
    tries = made(__name__, "planted", 6, tmp_path / "trials")
    fallen = [each.fallen() for each in tries]
    assert [each.number for each in tries] == list(range(6))
    assert fallen[1] == "try 1: ended with 1: KeyError: 'planted'"
    assert fallen[2] == "try 2: ended with -9"
    assert fallen[3].startswith("try 3: ")
    assert fallen[5].startswith("try 5: ")
    assert [fallen[number] for number in (0, 4)] == ["", ""]
    assert tries[4].marks == ("mark-4",)
