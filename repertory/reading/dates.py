"""Days and years: how they are written, and what people write instead."""

import calendar
import re
from collections.abc import Iterator
from contextlib import suppress
from datetime import date

from repertory.base.problem import Finding, rule
from repertory.base.text import listed
from repertory.reading.tree import Scalar

MONTH = rf"\b(?:{'|'.join(calendar.month_name[1:])})\b"
DATE_PART = rf"(?:\d\d?(?:st|nd|rd|th)?|\d{{4}}|{MONTH})"
PLAIN_DATE = re.compile(
    rf"{DATE_PART}(?:[\s.,/-]+(?:of\s+)?{DATE_PART}){{2}}", re.ASCII | re.IGNORECASE
)
YEAR = re.compile(r"\d{4}", re.ASCII)
ISO_DATE = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
PERIOD = re.compile(r"(\d{4})(?:-(\d{4})?)?", re.ASCII)
SPAN = re.compile(
    r"(\d\d)(\d\d)\s*(?:[-–—/]+|to|until|till|bis|à|tot|al)\s*(\d{4}|\d\d)", re.IGNORECASE
)
SINCE = re.compile(
    r"(?:since|from|seit|ab|depuis|desde|dal|sinds|vanaf|από)\s+(\d{4})|(\d{4})\s*[-–—]\D*",
    re.IGNORECASE,
)
GOES_ON = re.compile(r"\D+\d{4}|\d{4}\s*[-–—]+\s*(?:today|now|present|ongoing)?", re.IGNORECASE)


@rule("error")
def bad_date(node: Scalar, name: str) -> Iterator[Finding]:
    """A date is not a day of the calendar written as year-month-day.

    2025-03-07 is the seventh of March everywhere in the world; 7/3/2025 is not.
    """
    value = node.value.strip()
    if ISO_DATE.fullmatch(value):
        year, month, number = (int(part) for part in value.split("-"))
        if year and 1 <= month <= 12:
            length = calendar.monthrange(year, month)[1]
            if 1 <= number <= length:
                return
            message = f"There is no {value}: {calendar.month_name[month]} {year} has {length} days."
            yield Finding(node.place, message, "Look up the day.")
            return
    days = days_meant(value)
    written = [f"{day.isoformat()} ({day.day} {day:%B})" for day in days]
    hint = f"Write {listed(written, 'or')}" if days else "Write it like 2025-03-07."
    is_clear = len(days) == 1 and PLAIN_DATE.fullmatch(value) and len(YEAR.findall(value)) == 1
    repair = node.rewritten(days[0].isoformat()) if is_clear else None
    yield Finding(node.place, f"“{name}” is not written as year-month-day.", hint, repair)


def days_meant(value: str) -> tuple[date, ...]:
    """Return the days that a date in another notation can mean: 7/3/2025, 7. March 2025."""
    words = [word.capitalize() for word in re.findall(MONTH, value, re.IGNORECASE)]
    numbers = [int(part[:9]) for part in re.findall(r"\d+", value)[: 2 if words else 3]]
    if len(numbers) + bool(words) < 3:
        return ()
    if words:
        numbers.insert(1, list(calendar.month_name).index(words[0]))
    if numbers[0] > 31:
        orders = [numbers]
    else:
        year = numbers[2] + (2000 if numbers[2] < 100 else 0)
        orders = [[year, numbers[1], numbers[0]], [year, numbers[0], numbers[1]]]
        orders = orders[:1] if words else orders
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
    meant, is_clear = _years_meant(value)
    hint = f"Write {meant}" if meant else "Write 2019, 2019-2022, or 2019- for what still goes on."
    repair = node.rewritten(meant) if is_clear else None
    yield Finding(node.place, f"“{name}” should be a year or a span of years.", hint, repair)


def _years_meant(value: str) -> tuple[str, bool]:
    """Return the years that another notation means, and whether it can mean nothing else.

    2019-07 may be a month, and 2022-2019 has a mistake in one of its years.
    """
    span, since = SPAN.fullmatch(value), SINCE.fullmatch(value)
    if span:
        is_short = len(span[3]) < 4
        first, last = int(span[1] + span[2]), int(span[1] + span[3] if is_short else span[3])
        is_clear = first <= last and not (is_short and int(span[3]) <= 12)
        last += 100 if last < first and is_short else 0
        return "-".join(map(str, sorted((first, last)))), is_clear
    if since:
        return f"{since[1] or since[2]}-", bool(GOES_ON.fullmatch(value))
    return "", False
