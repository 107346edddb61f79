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
