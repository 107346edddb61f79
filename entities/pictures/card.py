"""The card of an entity: a picture of 1200 × 630 pixels, which other sites show beside a link to its page.

It has the look of the site in its light theme (static/css/tokens.css), drawn with the fonts that lie in fonts/ (made by
docs/fonts.py): no font of the system is asked for, and letters are set without a shaping engine, so that a card looks
alike everywhere. Words in a script that the fonts lack are left out. All lengths are in pixels of the finished picture,
which is drawn at twice its size and reduced.
"""

import io
import re
import unicodedata
from bisect import bisect
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from PIL import Image, ImageColor, ImageDraw, ImageFont

VERSION = 2  # of the drawing; raise it when cards look different, and caches let go of the old ones
WIDTH, HEIGHT = 1200, 630
WIDTHS = (1200, 600, 300)  # in which a card is given out
MARGIN = 72
RIGHT = WIDTH - MARGIN
FINE = 2
SHADES = 15
FONTS = Path(__file__).parent / "fonts"
SERIF, SANS, BOLD = "NotoSerif-Regular", "NotoSans-Regular", "NotoSans-Bold"

PAPER, INK, SECOND, RULE = "#fbfbf7", "#1a1f2a", "#464e59", "#c4cbd2"
HUES = {
    "collaboration": "#a1331a",
    "institution": "#245da5",
    "consortium": "#006c6a",
    "regulatory_body": "#6d4899",
    "therapy": "#9a2f60",
    "guideline": "#7d5402",
    "disease": "#3c6c2a",
}
#: sizes of the name and of the sentence, the first pair that fits is taken
SIZES = [(76, 35), (68, 35), (60, 34), (54, 32), (48, 31), (44, 30), (40, 29), (36, 28), (33, 27)]
NAME_LINES, SENTENCE_LINES = 4, 3
NAME_LEADING, SENTENCE_LEADING = 1.14, 1.34
TYPE_WIDTH = 780  # beside the wordmark
TOP, BOTTOM = 158, 458  # between which name and sentence stand


DAY = re.compile(r"\b(\d\d?) (?=[A-Z])")  # before its month, from which no line end parts it


class Life(NamedTuple):
    """What stands on the scale of years, in per cent of its width as in pictures/years.py.

    `labels` are (year, x); `bar` is (x, width, whether it goes on) or empty; `strokes` are positions.
    """

    years: int
    labels: tuple
    bar: tuple = ()
    strokes: tuple = ()


class Card(NamedTuple):
    """What a card says. Without a kind it is the card of an article or of the site, with the marks of `kinds`."""

    kind: str
    kind_label: str
    type_label: str
    name: str
    sentence: str
    address: str
    life: Life | None = None
    kinds: tuple = tuple(HUES)


SITE = Card(
    kind="",
    kind_label="",
    type_label="",
    name="An atlas of collaborations in cell and gene therapy",
    sentence="Who works with whom, on what, since when, and how it is known",
    address="",
)


@lru_cache(maxsize=512)
def draw(card, width=WIDTH):
    """The PNG of a Card, as bytes; `width` is one of WIDTHS, and the height follows."""
    image = Image.new("RGB", (WIDTH * FINE, HEIGHT * FINE), PAPER)
    pen = Pen(image)
    hue = HUES.get(card.kind, INK)
    draw_head(pen, card, hue)
    draw_words(pen, card)
    draw_foot(pen, card, hue)
    height = HEIGHT * width // WIDTH
    small = image.resize((width, height), Image.Resampling.LANCZOS)
    buffer = io.BytesIO()
    small.quantize(palette=palette(card.kind), dither=Image.Dither.NONE).save(buffer, "PNG", optimize=True)
    return buffer.getvalue()


@lru_cache
def palette(kind):
    """Every colour of a card and its shades towards the paper; with all colours a card would weigh three times more."""
    hues = {HUES["collaboration"], HUES[kind]} if kind else HUES.values()
    ramps = [(PAPER, colour) for colour in (INK, SECOND, *sorted(hues))] + [(INK, hue) for hue in sorted(hues)]
    shades = [
        round(start + (end - start) * step / (SHADES - 1))
        for pair in ramps
        for step in range(SHADES)
        for start, end in zip(*map(ImageColor.getrgb, pair), strict=True)
    ]
    image = Image.new("P", (1, 1))
    image.putpalette([*ImageColor.getrgb(RULE), *shades])
    return image


class Pen:
    """Draws in pixels of the finished card on a picture that is FINE times as large."""

    def __init__(self, image):
        self.image, self.draw = image, ImageDraw.Draw(image)

    def box(self, x, y, width, height, fill=None, outline=None, line=0):
        corners = [round(x * FINE), round(y * FINE), round((x + width) * FINE) - 1, round((y + height) * FINE) - 1]
        if corners[2] >= corners[0] and corners[3] >= corners[1]:
            self.draw.rectangle(corners, fill, outline, round(line * FINE))

    def text(self, x, baseline, text, name, size, fill, anchor="ls"):
        self.draw.text((x * FINE, baseline * FINE), text, fill, font(name, size * FINE), anchor)

    def stamp(self, sign, x, y, height, fill):
        """A sign of SIGNS, given as a function that paints it white on black, `height` pixels high."""
        paint, (wide, high) = sign
        fine = 4 * FINE * height / high
        mask = Image.new("L", (round(wide * fine), round(high * fine)))
        paint(ImageDraw.Draw(mask), fine)
        mask = mask.resize((round(wide * height / high * FINE), height * FINE), Image.Resampling.LANCZOS)
        self.image.paste(fill, (round(x * FINE), round(y * FINE)), mask)


# The parts of a card


def draw_head(pen, card, hue):
    """The mark with kind and type; the wordmark."""
    if card.kind:
        pen.stamp(MARKS[card.kind], MARGIN, 60, 60, hue)
        pen.text(MARGIN + 82, 84, card.kind_label, BOLD, 27, hue)
        (line,) = shortened(wrapped(legible(card.type_label), SANS, 25, TYPE_WIDTH), 1, SANS, 25, TYPE_WIDTH)
        pen.text(MARGIN + 82, 118, line, SANS, 25, SECOND)
    else:
        for place, kind in enumerate(card.kinds):
            pen.stamp(MARKS[kind], MARGIN + 78 * place, 64, 48, HUES[kind])
    pen.stamp(WORDMARK, RIGHT - 146, 60, 47, INK)
    pen.stamp(WORDMARK_RING, RIGHT - 146, 60, 47, HUES["collaboration"])


def draw_words(pen, card):
    """Name and sentence, as large as they fit."""
    name, sentence = legible(card.name), DAY.sub("\\1\u00a0", legible(card.sentence))
    for name_size, size in SIZES:
        name_lines = wrapped(name, SERIF, name_size, RIGHT - MARGIN)
        lines = wrapped(sentence, SERIF, size, RIGHT - MARGIN)
        fits = len(name_lines) <= NAME_LINES and len(lines) <= SENTENCE_LINES
        if fits and block(name_lines, name_size, lines, size) <= BOTTOM - TOP:
            break
    name_lines = balanced(shortened(name_lines, NAME_LINES, SERIF, name_size), SERIF, name_size)
    lines = balanced(shortened(lines, SENTENCE_LINES, SERIF, size), SERIF, size)
    y = TOP + name_size * 0.86
    for line in name_lines:
        pen.text(MARGIN, y, line, SERIF, name_size, INK)
        y += name_size * NAME_LEADING
    y += size * SENTENCE_LEADING - name_size * 0.72
    for line in lines:
        pen.text(MARGIN, y, line, SERIF, size, SECOND)
        y += size * SENTENCE_LEADING


def draw_foot(pen, card, hue):
    """The life on the scale of years, and the permanent link."""
    if card.life:
        draw_life(pen, card.life, hue)
    elif card.address:
        pen.box(MARGIN, 536, RIGHT - MARGIN, 1, RULE)
    pen.text(MARGIN, 590, card.address, SANS, 24, SECOND)


def draw_life(pen, life, hue):
    wide = (RIGHT - MARGIN) / 100
    if life.bar:
        x, width, still = life.bar
        x, width = MARGIN + x * wide, max(width * wide, 6)
        x = min(x, RIGHT - width)
        pen.box(x, 488, width, 16, None if still else hue, hue, 2.5)
    for stroke in life.strokes:
        pen.box(MARGIN + stroke * wide - 1, 478, 2.5, 26, INK)
    pen.box(MARGIN, 509, RIGHT - MARGIN, 1, INK)
    pen.box(MARGIN, 516, RIGHT - MARGIN, 1, INK)
    step = (RIGHT - MARGIN) / life.years
    for year in range(0, life.years, 2):
        pen.box(MARGIN + year * step, 509, step, 8, INK)
    for year, x in life.labels:
        pen.text(MARGIN + x * wide, 546, str(year), SANS, 21, SECOND, "ms")


# Words


@lru_cache
def font(name, size):
    return ImageFont.truetype(str(FONTS / f"{name}.ttf"), size, layout_engine=ImageFont.Layout.BASIC)


@lru_cache(maxsize=4096)
def known(letter):
    """Whether the fonts have a letter: what they lack they would draw as a box."""
    probe = font(SERIF, 24)
    return letter == " " or bytes(probe.getmask(letter)) != bytes(probe.getmask("\uffff"))


def legible(text):
    """`text` without the words that the fonts cannot write, and without brackets that are left empty."""
    plain = "".join(
        letter
        for letter in unicodedata.normalize("NFC", " ".join(text.split()))
        if known(letter) or unicodedata.category(letter) not in ("Mn", "Me", "Cf")
    )
    words = [word for word in plain.split(" ") if all(map(known, word))]
    return re.sub(r"\(\s*\)|\[\s*\]", "", " ".join(words)).strip(" ,;:–—-").replace("  ", " ")


def length(text, name, size):
    """How wide a line is."""
    return font(name, size * FINE).getlength(text) / FINE


def wrapped(text, name, size, width):
    """`text` in lines of at most `width`; a word that is wider is broken."""
    lines = []
    for word in text.split(" "):
        if lines and length(f"{lines[-1]} {word}", name, size) <= width:
            lines[-1] += f" {word}"
            continue
        while length(word, name, size) > width:
            fitting = bisect(range(1, len(word)), width, key=lambda end: length(word[:end], name, size))
            lines.append(word[: max(fitting, 1)])
            word = word[max(fitting, 1) :]
        lines.append(word)
    return lines


def balanced(lines, name, size):
    """The same number of lines, as even as words allow."""
    text, width = " ".join(lines), max((length(line, name, size) for line in lines), default=0)
    if any(len(line.split()) < 2 for line in lines[:-1]) or len(lines) < 2:
        return lines
    longest = max(length(word, name, size) for word in text.split(" "))
    while width - 12 >= longest and len(narrower := wrapped(text, name, size, width - 12)) == len(lines):
        lines, width = narrower, width - 12
    return lines


def shortened(lines, most, name, size, width=RIGHT - MARGIN):
    """At most so many lines; where some are left out, the last one ends in an ellipsis."""
    if len(lines) <= most:
        return lines
    last = f"{lines[most - 1]} {lines[most]}"
    fitting = bisect(range(1, len(last)), width, key=lambda end: length(f"{last[:end]}…", name, size))
    return [*lines[: most - 1], f"{last[:fitting].rstrip(' ,;')}…"]


def block(name_lines, name_size, lines, size):
    """How high name and sentence are together."""
    return len(name_lines) * name_size * NAME_LEADING + (len(lines) + 0.4) * size * SENTENCE_LEADING


# Signs: templates/_marks.html in the words of Pillow, each on a plate of so many units


def dot(draw, fine, x, y, radius, line=0.0):
    """A disc, or a ring whose line is `line` wide and centred on the radius."""
    outer = radius + line / 2
    draw.ellipse([(x - outer) * fine, (y - outer) * fine, (x + outer) * fine, (y + outer) * fine], 255)
    if line:
        inner = radius - line / 2
        draw.ellipse([(x - inner) * fine, (y - inner) * fine, (x + inner) * fine, (y + inner) * fine], 0)


def stroke(draw, fine, points, line):
    draw.line([(x * fine, y * fine) for x, y in points], 255, round(line * fine), "curve")


def shape(draw, fine, points, fill=255):
    draw.polygon([(x * fine, y * fine) for x, y in points], fill)


def mark_institution(draw, fine):
    shape(draw, fine, [(2.5, 2.5), (13.5, 2.5), (13.5, 13.5), (2.5, 13.5)])


def mark_collaboration(draw, fine):
    size = draw.im.size
    discs, rings = [], []
    for x in (5.25, 10.75):
        discs.append(Image.new("L", size))
        dot(ImageDraw.Draw(discs[-1]), fine, x, 8, 4.5)
        rings.append(Image.new("L", size))
        dot(ImageDraw.Draw(rings[-1]), fine, x, 8, 4.5, 1.5)
    draw.bitmap((0, 0), Image.composite(*discs, discs[1]), 255)
    for ring in rings:
        draw.bitmap((0, 0), ring, 255)


def mark_consortium(draw, fine):
    for x, y in [(8, 1.9), (13.3, 4.95), (13.3, 11.05), (8, 14.1), (2.7, 11.05), (2.7, 4.95)]:
        dot(draw, fine, x, y, 1.75)


def mark_regulatory_body(draw, fine):
    shape(draw, fine, [(8, 0.6), (15.4, 8), (8, 15.4), (0.6, 8)])
    shape(draw, fine, [(8, 4.6), (11.4, 8), (8, 11.4), (4.6, 8)], 0)


def mark_therapy(draw, fine):
    dot(draw, fine, 8, 8, 6.2, 1.6)
    dot(draw, fine, 9.7, 9.2, 2.6)


def mark_guideline(draw, fine):
    for y, right in [(2, 14), (6.9, 14), (11.8, 9)]:
        shape(draw, fine, [(2, y), (right, y), (right, y + 2.2), (2, y + 2.2)])


def mark_disease(draw, fine):
    for ends in [((8, 1), (8, 15)), ((2, 4.5), (14, 11.5)), ((14, 4.5), (2, 11.5))]:
        stroke(draw, fine, ends, 2.1)


PLATE = (16, 16)
MARKS = {
    "collaboration": (mark_collaboration, PLATE),
    "institution": (mark_institution, PLATE),
    "consortium": (mark_consortium, PLATE),
    "regulatory_body": (mark_regulatory_body, PLATE),
    "therapy": (mark_therapy, PLATE),
    "guideline": (mark_guideline, PLATE),
    "disease": (mark_disease, PLATE),
}
LINE = 2.6  # of the wordmark


def wordmark(draw, fine):
    """C, l, l, a, b, s; the ring of the o is painted apart, in its own colour."""
    for x in (61.9, 87):
        dot(draw, fine, x, 24, 9, LINE)
    for x, top, foot in [(39, 2.5, 33.1), (46, 2.5, 33.1), (70.9, 14.6, 33.1), (78, 2.5, 33.1)]:
        stroke(draw, fine, [(x, top), (x, foot)], LINE)
    outer = 9 + LINE / 2
    around = [(10.5 - outer) * fine, (24 - outer) * fine, (10.5 + outer) * fine, (24 + outer) * fine]
    draw.arc(around, 52, 308, 255, round(LINE * fine))
    stroke(draw, fine, letter_s(), LINE)


def wordmark_ring(draw, fine):
    dot(draw, fine, 23.5, 24, 9, LINE)


def letter_s(steps=16):
    """Points on the six curves of the s."""
    x, y = 110.0, 18.6
    points = [(x, y)]
    for handles in [
        (-0.9, -2.1, -2.9, -3.4, -5.3, -3.4),
        (-3, 0, -5.1, 1.7, -5.1, 4.3),
        (0, 6.2, 10.9, 2.7, 10.9, 8.9),
        (0, 2.8, -2.3, 4.7, -5.5, 4.7),
        (-2.8, 0, -5, -1.5, -5.8, -3.9),
    ]:
        (ax, ay, bx, by, ex, ey) = handles
        for step in range(1, steps + 1):
            t = step / steps
            a, b, c = 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t**3
            points.append((x + a * ax + b * bx + c * ex, y + a * ay + b * by + c * ey))
        x, y = x + ex, y + ey
    return points


WORDMARK, WORDMARK_RING = (wordmark, (118, 36)), (wordmark_ring, (118, 36))
