"""The one scale of years that every page shares, and what stands on it: spans, strokes, columns.

Positions are per cent of the width, so that type and strokes keep their size at any width. Precision shows: a day is a
point, a month or a year has its width, and what goes on reaches the end of the scale.
"""

from datetime import date
from typing import NamedTuple

FIRST_YEAR = 1999
LABEL_EVERY = 5
LEAST_WIDTH = 0.35  # of a span, so that a day can be seen


class Bar(NamedTuple):
    """A span on the scale; `still` says that it goes on, `point` that it is a single day."""

    x: float
    width: float
    still: bool = False
    point: bool = False


class Column(NamedTuple):
    """The column of a year: of `total` there are `count`; heights are per cent of the tallest."""

    year: int
    count: int
    total: int
    x: float
    width: float
    height: float
    total_height: float
    url: str = ""

    @property
    def query(self):
        """Its address without the path, for a page at the same one."""
        return f"?{self.url.partition('?')[2]}"

    @property
    def y(self):
        """Where the column begins, from the top."""
        return 100 - self.height

    @property
    def total_y(self):
        return 100 - self.total_height


class Scale:
    """The years from `first` to `last`, both whole."""

    def __init__(self, last, first=FIRST_YEAR):
        self.first, self.last = first, max(last, first + 1)
        self.years = self.last - self.first + 1

    def at(self, moment):
        """The position of a datetime.date, at most a little beyond the ends."""
        begin = date(moment.year, 1, 1)
        length = (date(moment.year + 1, 1, 1) - begin).days if moment.year < 9999 else 366
        place = moment.year - self.first + (moment - begin).days / length
        return round(min(max(place / self.years, 0), 1) * 100, 2)

    @property
    def labels(self):
        """[(year, position of its middle)] of the years that are written."""
        years = range(self.first + -self.first % LABEL_EVERY, self.last + 1, LABEL_EVERY)
        return [(year, round((year - self.first + 0.5) / self.years * 100, 2)) for year in years]

    def holds(self, moment):
        """Whether a partial date lies on the scale at all."""
        return bool(moment) and self.first <= moment.year <= self.last

    def bar(self, start, end, going_on=False):
        """The Bar of a span of partial dates, or None where it has no start or lies outside."""
        if not start or start.year > self.last or (end and end.year < self.first):
            return None
        if not end and not going_on:
            left, right = self.at(start.first_day), self.at(start.last_day)
            return Bar(left, max(right - left, LEAST_WIDTH), point=bool(start.day)) if self.holds(start) else None
        left = self.at(start.first_day)
        right = self.at(end.last_day) if end else 100.0
        return Bar(left, round(max(right - left, LEAST_WIDTH), 2), still=not end)

    def strokes(self, moments):
        """The positions of partial dates, each in the middle of what is known of it."""
        found = []
        for moment in moments:
            if self.holds(moment):
                found.append(round((self.at(moment.first_day) + self.at(moment.last_day)) / 2, 2))
        return found

    def columns(self, counts, totals, url=lambda year: ""):
        """A Column for each year, of {year: count} within {year: total}."""
        most = max((totals.get(year, 0) for year in range(self.first, self.last + 1)), default=0) or 1
        width = 100 / self.years
        return [
            Column(
                year,
                counts.get(year, 0),
                totals.get(year, 0),
                round((year - self.first) * width + width * 0.11, 2),
                round(width * 0.78, 2),
                round(counts.get(year, 0) / most * 100),
                round(totals.get(year, 0) / most * 100),
                url(year) if totals.get(year) else "",
            )
            for year in range(self.first, self.last + 1)
        ]
