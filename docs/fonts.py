"""Makes the fonts of the cards: small cuts of Noto, with the pairs of letters that Pillow's plain layout can kern.

    pip install fonttools
    python docs/fonts.py /usr/share/fonts/truetype/noto

Debian's package fonts-noto-core has the originals. Kept are Latin with its extensions, Greek, Cyrillic, punctuation and
a few signs, without hinting and without the tables of shaping, which the plain layout does not read; of the kerning,
the pairs of the commonest letters go into a table of the old form, which it does read.
"""

import argparse
import string
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont, newTable
from fontTools.ttLib.tables._k_e_r_n import KernTable_format_0

FOLDER = Path(__file__).resolve().parent.parent / "entities" / "pictures" / "fonts"
LETTERS = [
    *range(0x20, 0x7F),
    *range(0xA0, 0x250),
    *range(0x370, 0x400),
    *range(0x400, 0x530),
    *range(0x1E00, 0x1F00),
    *range(0x2010, 0x2028),
    *range(0x2030, 0x203B),
    *range(0x2070, 0x20A0),
    *range(0x20A0, 0x20C0),
    0x2116,
    0x2122,
    0x2126,
    *range(0x2150, 0x2160),
    0x2190,
    0x2192,
    0x2212,
    0x2248,
    0x2260,
    0x2264,
    0x2265,
]
CUTS = {"NotoSerif-Regular": LETTERS, "NotoSans-Regular": LETTERS, "NotoSans-Bold": range(0x20, 0x7F)}
KERNED = string.ascii_letters + string.digits + ".,-–’'()&/ÄÖÜäöüßÉéèøØçñ"
LEAST = 8  # units of a thousand: what is less cannot be seen


def cut(source, target, letters):
    """Write the letters of one font to a file."""
    font = TTFont(source)
    pairs = kerning(font)
    options = Options(hinting=False, layout_features=[], notdef_outline=True, name_IDs=[0, 1, 2, 3, 4, 5, 6, 13, 14])
    options.drop_tables += ["GPOS", "GSUB", "GDEF"]
    subsetter = Subsetter(options)
    subsetter.populate(unicodes=letters)
    subsetter.subset(font)
    names = set(font.getGlyphOrder())
    table = KernTable_format_0()
    table.coverage, table.format, table.version, table.tupleIndex = 1, 0, 0, None
    table.kernTable = {pair: value for pair, value in pairs.items() if set(pair) <= names}
    kern = font["kern"] = newTable("kern")
    kern.version, kern.kernTables = 0, [table]
    font.save(target)


def kerning(font):
    """{(left, right): units} of the pairs of common letters, read from the font's table of positions."""
    cmap, table = font.getBestCmap(), font["GPOS"].table
    glyphs = [cmap[ord(letter)] for letter in KERNED if ord(letter) in cmap]
    indices = {
        i
        for feature in table.FeatureList.FeatureRecord
        if feature.FeatureTag == "kern"
        for i in feature.Feature.LookupListIndex
    }
    found = {}
    for index in sorted(indices):
        for subtable in table.LookupList.Lookup[index].SubTable:
            subtable = getattr(subtable, "ExtSubTable", subtable)
            if subtable.LookupType == 2:
                for pair, value in pairs_of(subtable, glyphs):
                    found.setdefault(pair, value)
    least = LEAST * font["head"].unitsPerEm / 1000
    return {pair: value for pair, value in found.items() if abs(value) >= least}


def pairs_of(subtable, glyphs):
    """The pairs of one table, single or by classes."""
    covered = [glyph for glyph in glyphs if glyph in set(subtable.Coverage.glyphs)]
    if subtable.Format == 1:
        sets = dict(zip(subtable.Coverage.glyphs, subtable.PairSet, strict=True))
        for left in covered:
            for record in sets[left].PairValueRecord:
                if record.SecondGlyph in glyphs and record.Value1:
                    yield (left, record.SecondGlyph), getattr(record.Value1, "XAdvance", 0)
        return
    first, second = subtable.ClassDef1.classDefs, subtable.ClassDef2.classDefs
    for left in covered:
        records = subtable.Class1Record[first.get(left, 0)].Class2Record
        for right in glyphs:
            value = records[second.get(right, 0)].Value1
            if value:
                yield (left, right), getattr(value, "XAdvance", 0)


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="where the originals lie")
    given = parser.parse_args()
    for name, letters in CUTS.items():
        cut(given.folder / f"{name}.ttf", FOLDER / f"{name}.ttf", letters)
        print(f"{name}: {(FOLDER / name).with_suffix('.ttf').stat().st_size:,} bytes")
