"""The page of an entity as Markdown: sentences, statements in sections, and the sources as footnotes."""

from entities.addresses import absolute
from entities.text import amount_words

from .snippets import markdown


def as_markdown(page):
    """The whole of an EntityPage in CommonMark with footnotes, as GitHub and Pandoc read them."""
    entity = page.entity
    parts = [f"# {markdown(entity.name)}", what(entity), markdown(entity.summary)]
    for section in page.sections:
        if section.layout != "summary":
            lines = [f"- {LAYOUTS[section.layout](line)}{footnotes(line)}" for line in section.lines]
            parts += [f"## {section.title}", "\n".join(lines)]
    if page.articles:
        parts += ["## Mentioned in", "\n".join(f"- {article(row)}" for row in page.articles)]
    parts += [
        f"Permanent link: <{absolute(entity.permalink)}>, version {entity.version}. Data: CC BY 4.0.",
        "\n".join(f"[^{ref.number}]: {source(ref.source)}" for ref in page.references),
    ]
    return "\n\n".join(filter(None, parts)) + "\n"


def what(entity):
    """Collaboration, Licence; active; since August 2012."""
    words = [f"{entity.kind_label}, {entity.type_label}", entity.status_label.lower(), entity.place, entity.when]
    return markdown("; ".join(filter(None, words)))


def link(entity):
    return f"[{markdown(entity.name)}]({absolute(entity.permalink)})"


def joined(line):
    """A statement that joins this entity to another."""
    statement = line.statement
    words = [getattr(line, "word", ""), line.role, line.other.place, statement.when]
    text = ", ".join([link(line.other), *(markdown(word) for word in words if word)])
    if line.company:
        text += f", with {', '.join(map(link, line.company))}"
    return f"{text}. {markdown(statement.text)}" if statement.text else text


def approval(line):
    statement = line.statement
    text = f"{statement.start.words or 'Date unknown'}: {link(statement.object)}"
    if line.incoming:
        text += f", {link(statement.subject)}"
    return f"{text}: {markdown(statement.text)}" if statement.text else text


def milestone(line):
    statement = line.statement
    until = f" (until {statement.end.words})" if statement.end else ""
    return f"{statement.start.words}: {markdown(statement.text)}{until}"


def fact(line):
    statement = line.statement
    when = f" ({statement.when_unsaid})" if statement.when_unsaid else ""
    return f"{markdown(statement.text or statement.country.name)}{when}"


def value(line):
    statement = line.statement
    words = "not disclosed" if statement.amount is None else f"{statement.currency} {amount_words(statement.amount)}"
    return f"{words}: {fact(line)}" if statement.text else words


def footnotes(line):
    return "".join(f"[^{ref.number}]" for ref in line.references) or " (unsourced)"


def article(article):
    address = absolute(article.get_absolute_url()) if article.body else article.url
    when = article.published.words if article.published else ""
    return ", ".join(filter(None, [f"[{markdown(article.title)}](<{address}>)", markdown(article.byline), when]))


def source(source):
    parts = [source.publisher, f"“{source.title}”", source.published.words if source.published else ""]
    return f"{markdown(', '.join(filter(None, parts)))}. <{source.url}>"


LAYOUTS = {
    "entities": joined,
    "chronicle": milestone,
    "approvals": approval,
    "facts": fact,
    "values": value,
    "countries": fact,
}
