"""A budget of processor time, for work on texts that strangers wrote."""

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

AGAIN = 0.1  # seconds


class OverBudget(BaseException):
    """The work took longer than it may; no `except Exception` of a library catches this."""


@contextmanager
def processor_seconds(most: float) -> Iterator[None]:
    """Raise OverBudget in the work inside, once it has taken so many seconds of the processor.

    Again and again, since a library may lose what is raised in its callbacks. Processor time and
    not the clock's, so that a busy machine refuses nothing that a quiet one takes. Only the main
    thread of a process can be interrupted: work elsewhere has no limit.
    """

    def stop(number: int, frame: FrameType | None) -> None:
        raise OverBudget

    if threading.current_thread() is not threading.main_thread():
        yield
        return
    before = signal.signal(signal.SIGVTALRM, stop)
    signal.setitimer(signal.ITIMER_VIRTUAL, most, AGAIN)
    try:
        try:
            yield
        finally:
            signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    finally:  # once more, should time have run out just before the line above
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
        signal.signal(signal.SIGVTALRM, before)
