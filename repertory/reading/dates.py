"""Days and years: how they are written, and what people write instead."""

import calendar
import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import date

from repertory.base.problem import Finding, rule
from repertory.base.text import listed
from repertory.reading.tree import Scalar

ISO_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
PERIOD = re.compile(r"(\d{4})(?:-(\d{4})?)?", re.ASCII)
SPAN = re.compile(
    r"(\d\d)(\d\d)\s*(?:[-–—/]+|to|until|till|bis|à|tot|al)\s*(\d{4}|\d\d)", re.IGNORECASE
)
SINCE = re.compile(
    r"(?:since|from|seit|ab|depuis|desde|dal|sinds|vanaf|από)\s+(\d{4})|(\d{4})\s*[-–—]+\s*\D*",
    re.IGNORECASE,
)


@rule("error")
def bad_date(node: Scalar, name: str) -> Iterator[Finding]:
    """A date is not a day of the calendar written as year-month-day.

    2025-03-07 is the seventh of March everywhere in the world; 7/3/2025 is not.
    """
    value = node.value.strip()
    if ISO_DATE.fullmatch(value):
        year, month, number = (int(part) for part in value.split("-"))
        if year and 1 <= month <= 12:
            days = calendar.monthrange(year, month)[1]
            if 1 <= number <= days:
                return
            message = f"There is no {value}: {calendar.month_name[month]} {year} has {days} days."
            yield Finding(node.place, message, "Look up the day.")
            return
    meant = [f"{day.isoformat()} ({day.day} {day:%B})" for day in days_meant(value)]
    hint = f"Write {listed(meant, 'or')}" if meant else "Write it like 2025-03-07."
    yield Finding(node.place, f"“{name}” is not written as year-month-day.", hint)


def days_meant(value: str) -> tuple[date, ...]:
    """Return the days that a date in another notation can mean: 7/3/2025, 7. March 2025."""
    spelt = value
    for number, month_name in enumerate(calendar.month_name[1:], 1):
        value = re.sub(rf"(?i)\b{month_name}\b", f".{number}.", value)
    numbers = [int(part) for part in re.findall(r"\d+", value)[:3]]
    if len(numbers) < 3:
        return ()
    if numbers[0] > 31:
        orders = [numbers]
    else:
        year = numbers[2] + (2000 if numbers[2] < 100 else 0)
        orders = [[year, numbers[1], numbers[0]], [year, numbers[0], numbers[1]]]
        orders = orders if spelt == value else orders[:1]
    found = []
    for order in orders:
        with suppress(ValueError, OverflowError):
            found.append(date(*order))
    return tuple(dict.fromkeys(found))


@rule("error")
def bad_period(node: Scalar, name: str) -> Iterator[Finding]:
    """The years of a practice are not written as the program reads them.

    2019 is a year, 2019-2022 a span, and 2019- goes on.
    """
    value = node.value.strip()
    found = PERIOD.fullmatch(value)
    if found and (not found[2] or found[1] <= found[2]):
        return
    hint = "Write 2019, 2019-2022, or 2019- for what still goes on."
    span, since = SPAN.fullmatch(value), SINCE.fullmatch(value)
    if span:
        first, last = int(span[1] + span[2]), int(span[3] if span[3][2:] else span[1] + span[3])
        last += 100 if last < first and not span[3][2:] else 0
        years = sorted((first, last))
        hint = f"Write {years[0]}-{years[1]}"
    elif since:
        hint = f"Write {since[1] or since[2]}-"
    yield Finding(node.place, f"“{name}” should be a year or a span of years.", hint)
