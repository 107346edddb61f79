"""Partial dates: what a source says of a day, and no more.

The text form is EDTF level 0 (Library of Congress, ISO 8601-2): ``2012``, ``2012-08`` or ``2012-08-06``. As text they
sort rightly, and of two dates of different precision only the common part can be compared.
"""

import re
from calendar import monthrange
from datetime import date

MONTHS = tuple("January February March April May June July August September October November December".split())
FORM = re.compile(r"(\d{4})(?:-(\d\d)(?:-(\d\d))?)?", re.ASCII)
WORDS = re.compile(r"(?:(?:(\d{1,2})\.?\s+)?([A-Za-z]{3,9})\.?,?\s+)?(\d{4})", re.ASCII)


class PartialDate(str):
    """A year, a month or a day as EDTF level 0 text; raises ValueError, with a sentence, for anything else."""

    __slots__ = ()

    def __new__(cls, text):
        match = FORM.fullmatch(text)
        if not match:
            raise ValueError(f"“{text[:40]}” is not a date: write 2012, 2012-08 or 2012-08-06.")
        try:
            date(*(int(part or 1) for part in match.groups()))
        except ValueError:
            raise ValueError(f"“{text}” is not a day of the calendar.") from None
        return super().__new__(cls, text)

    @classmethod
    def trusted(cls, text):
        """The date of a text that was checked before, as every row of the database was."""
        return super().__new__(cls, text)

    @classmethod
    def read(cls, text):
        """The date of what a person types: “2012”, “Aug 2012”, “6 August 2012” and “2012-08-06”."""
        text = " ".join(text.split())
        match = WORDS.fullmatch(text)
        if not match or not match[2]:
            return cls(text)
        months = [n for n, name in enumerate(MONTHS, 1) if name.lower().startswith(match[2].lower())]
        if match[2].lower() == "sept":
            months = [9]
        if len(months) != 1:
            raise ValueError(f"“{match[2]}” is not the name of a month.")
        return cls(f"{match[3]}-{months[0]:02}" + (f"-{int(match[1]):02}" if match[1] else ""))

    @property
    def year(self):
        return int(self[:4])

    @property
    def month(self):
        """1 to 12, or None where only the year is known."""
        return int(self[5:7]) if len(self) > 4 else None

    @property
    def day(self):
        """1 to 31, or None where the day is not known."""
        return int(self[8:]) if len(self) > 7 else None

    @property
    def first_day(self):
        return date(self.year, self.month or 1, self.day or 1)

    @property
    def last_day(self):
        month = self.month or 12
        return date(self.year, month, self.day or monthrange(self.year, month)[1])

    @property
    def words(self):
        """As people say it: “2012”, “August 2012”, “6 August 2012”."""
        return " ".join(filter(None, [self.day_words, str(self.year)]))

    @property
    def day_words(self):
        """What comes before the year: “”, “August”, “6 August”."""
        if not self.month:
            return ""
        return f"{self.day} {MONTHS[self.month - 1]}" if self.day else MONTHS[self.month - 1]

    @property
    def prefixes(self):
        """The coarser dates that hold this one: of 2012-08-06, 2012 and 2012-08."""
        return [self[:length] for length in (4, 7) if length < len(self)]


def reversed_order(start, end):
    """Whether `end` surely lies before `start`; dates of different precision are compared as far as both go."""
    if not start or not end:
        return False
    common = min(len(start), len(end))
    return start[:common] > end[:common]


def span_words(start, end, going_on=False):
    """A span as people say it: “2012–2019”, “August 2012 to September 2019”, “since 2015”, “until 2019”, “2013”.

    `start` and `end` are PartialDates or empty; `going_on` says that a missing end means “still”.
    """
    if start and end:
        if start == end:
            return start.words
        if len(start) == len(end) == 4:
            return f"{start}–{end}"
        return f"{start.words} to {end.words}"
    if end:
        return f"until {end.words}"
    if not start:
        return ""
    return f"since {start.words}" if going_on else start.words
