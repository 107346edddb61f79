"""How pages print dates, sums and names."""

from django import template
from django.utils.html import format_html

from entities.dates import span_words
from entities.text import amount_words

register = template.Library()


@register.filter
def day(moment):
    """A partial date as people say it, with its machine form: 6 August 2012."""
    return format_html('<time datetime="{}">{}</time>', moment, moment.words) if moment else ""


@register.filter
def short_day(moment):
    """A partial date for a note: 6 Aug 2012."""
    if not moment:
        return ""
    month = f"{moment.day_words[: 3 + moment.day_words.find(' ') + 1]} " if moment.month else ""
    return format_html('<time datetime="{}">{}{}</time>', moment, month, moment.year)


@register.filter
def span(row):
    """The span of an entity or a statement, each date with its machine form: August 2012 to September 2019."""
    start, end = row.start, row.end
    if start and end and start != end:
        return format_html("{}{}{}", day(start), "–" if len(start) == len(end) == 4 else " to ", day(end))
    moment = start or end
    if not moment:
        return ""
    before, _, after = row.when.partition(moment.words)
    return format_html("{}{}{}", before, day(moment), after)


@register.filter
def years(row):
    """The span of an entity in years, for lists: 2012–2019, since 2015."""
    start, end = str(row.start)[:4], str(row.end)[:4]
    if start and end and start != end:
        return f"{start}–{end}"
    if start or not end:
        return f"since {start}" if start and row.is_going_on else start
    return span_words("", row.end)


register.filter("amount", amount_words)


@register.filter
def rows(text):
    """How many rows show a text, for browsers that do not fit a field to what is in it."""
    return min(sum(1 + len(line) // 80 for line in text.splitlines()), 24)


@register.filter
def thousands(number):
    """A whole number with its thousands apart: 5,330."""
    return f"{number:,}"
