"""Text as the knowledge base compares it: folding, slugs, public ids."""

import re
import secrets
import unicodedata

from django.utils.text import slugify as django_slugify

# letters that Unicode does not take apart into a base and a mark; soft hyphens and joiners, which nobody sees or types
PLAIN = str.maketrans(
    {"ø": "o", "đ": "d", "ð": "d", "ł": "l", "ı": "i", "æ": "ae", "œ": "oe", "þ": "th", "ħ": "h", "ŋ": "ng"}
    | dict.fromkeys("\xad\u200b\u200c\u200d\u2060\ufeff")
)
KANA_MARKS = "\u3099\u309a"  # they make another letter, as は, ば and ぱ
DASH = re.compile(r"[_\u2010-\u2015\u2212]")
NOT_WORD = re.compile(r"[\W_]+")
LINE_END = re.compile(r"[ \t]*(?:\r\n|[\r\n\v\f\x1c-\x1e\x85\u2028\u2029])[ \t]*")
CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff\ud800-\udfff]")

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
VALUE = {letter: value for value, letter in enumerate(ALPHABET)}
LOOKALIKE = str.maketrans("OIL", "011")
UID = re.compile(rf"CGT[{ALPHABET}]{{7}}")


def fold(text):
    """`text` in lower case, without accents and punctuation: “Zürich, CAR-T” → “zurich car t”."""
    plain = unicodedata.normalize("NFKD", text).casefold().translate(PLAIN)
    letters = "".join(c for c in plain if c in KANA_MARKS or not unicodedata.combining(c))
    return NOT_WORD.sub(" ", unicodedata.normalize("NFC", letters)).strip()


def slugify(text):
    """A slug of ASCII letters, digits and hyphens, at most 100 characters; empty where `text` has no Latin letter."""
    plain = unicodedata.normalize("NFKD", text).casefold().translate(PLAIN)
    return django_slugify(DASH.sub("-", plain))[:100].strip("-")


def shortened(text, most):
    """`text` on one line; where that takes more than `most` characters, as many of its first words as fit, and “…”."""
    line = " ".join(text.split())
    if len(line) <= most:
        return line
    words = line[:most].rpartition(" ")[0]
    return (words if len(words) > most // 2 else line[: most - 1]).rstrip(" ,;:.–(") + "…"


def amount_words(number):
    """A sum in words where it is large: 20 million, 8.7 billion, 330,000."""
    for size, word in ((10**9, "billion"), (10**6, "million")):
        if number >= size:
            text = f"{number / size:,.3f}".rstrip("0").rstrip(".")
            exact = round(number / size, 3) * size == number
            return f"{text} {word}" if exact else f"{number:,}"
    return f"{number:,}"


def check_character(body):
    """The check character of the six characters of a uid.

    A Horner scheme over GF(32) with the polynomial x⁵+x²+1: every single wrong character and every swap of two
    different characters, the check character included, changes it.
    """
    check = 0
    for letter in body:
        check = (check ^ VALUE[letter]) << 1
        if check & 32:
            check ^= 37
    return ALPHABET[check]


def make_uid(number):
    """The uid of a number from 0 to 2³⁰ − 1: make_uid(1) = "CGT0000012"."""
    body = "".join(ALPHABET[number >> shift & 31] for shift in range(25, -1, -5))
    return f"CGT{body}{check_character(body)}"


def draw_uid():
    """A random uid; that it is free is for the database to say."""
    return make_uid(1 + secrets.randbelow(2**30 - 1))


def read_uid(text):
    """The uid that `text` means (lower case, O for 0, I or L for 1 are read too), or None where it is none."""
    upper = text.strip().upper()
    uid = upper[:3] + upper[3:].translate(LOOKALIKE)
    if UID.fullmatch(uid) and check_character(uid[3:9]) == uid[9]:
        return uid
    return None


def near_uids(text):
    """The uids that `text` may have been meant for: those one slip away, in a fixed order; none where it is a uid.

    A slip is a wrong, a missing or a doubled character, or two that changed places.
    """
    upper = text.strip().upper()
    body = upper.removeprefix("CGT").translate(LOOKALIKE)
    if read_uid(text) or not 5 < len(body) < 9:
        return []
    parts = [(body[:i], body[i:]) for i in range(len(body) + 1)]
    slips = [a + b[1:] for a, b in parts if b]
    slips += [a + b[1] + b[0] + b[2:] for a, b in parts if len(b) > 1]
    slips += [a + letter + b[1:] for a, b in parts if b for letter in ALPHABET]
    slips += [a + letter + b for a, b in parts for letter in ALPHABET]
    return [uid for uid in dict.fromkeys(read_uid(f"CGT{slip}") for slip in slips) if uid]
