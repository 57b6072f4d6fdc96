"""Folding: what people type and what we wrote become the same letters (domain.md §5).

Only for comparing, never for showing. One table per script; whatever Unicode itself can take apart
(accents, tashkeel, the hamza on alef, waw and yeh, the dot of the Turkish İ) needs no table.
"""

import re
import unicodedata
from itertools import chain

LATIN = {
    "ı": "i", "ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ə": "e",
}  # fmt: skip
ARABIC = {
    "ی": "ي", "ى": "ي", "ې": "ي", "ۍ": "ي", "ێ": "ي",  # yeh as Persian, Pashto, Kurdish write it
    "ک": "ك", "ڪ": "ك", "ګ": "گ",
    "ة": "ه", "ہ": "ه", "ھ": "ه", "ە": "ه", "ۃ": "ه",
    "ٱ": "ا", "ۆ": "و", "ڵ": "ل", "ڕ": "ر", "ء": "", "ـ": "",  # tatweel only stretches
}  # fmt: skip
# Letters that sound alike in Tigrinya and are mixed up in writing; each row has seven vowels.
ETHIOPIC = {
    chr(ord(written) + vowel): chr(ord(kept) + vowel)
    for written, kept in ("ሠሰ", "ፀጸ", "ኀሀ")
    for vowel in range(7)
}
DIGITS = {
    chr(code): str(unicodedata.decimal(chr(code)))
    for code in chain(range(0x660, 0x6FA), range(0x966, 0x1100))
    if unicodedata.decimal(chr(code), -1) >= 0
}
TABLE = str.maketrans(LATIN | ARABIC | ETHIOPIC | DIGITS)

WORD = re.compile(r"[\u3400-\u9fff]|[^\W_\u3400-\u9fff]+")
"""A word, or one Han character: Chinese has no spaces."""
# "and/so" + "with/like" + "the", or "for the", in front of an Arabic word of three letters or more
ARABIC_ARTICLE = re.compile(r"[وف]?(?:[بك]?ال|لل)(?=\w{3})")
# "to", "by", "that": Tigrinya writes them in front of a word
ETHIOPIC_PREFIX = re.compile(r"[ንብክዝ](?=[\u1200-\u137f]{3})")
ARABIC_PREFIX = re.compile(r"[وفبكل](?=[\u0621-\u064a]{4})")


def fold(text: str) -> str:
    """Lower case, compatibility forms taken apart, marks and invisible characters dropped."""
    plain = unicodedata.normalize("NFKD", text).casefold()  # "𝗔" is a capital only once apart
    apart = unicodedata.normalize("NFKD", plain)
    bare = "".join(c for c in apart if unicodedata.category(c) not in ("Mn", "Cf", "Me"))
    return bare.translate(TABLE)


def words(text: str) -> list[str]:
    """The folded words of a text, in their order."""
    return WORD.findall(fold(text))


def variants(word: str) -> list[str]:
    """A folded word, and the same without what Arabic or Tigrinya writes in front of it."""
    forms = [word]
    if article := ARABIC_ARTICLE.match(word):
        forms.append(word[article.end() :])
    elif ARABIC_PREFIX.match(word) or ETHIOPIC_PREFIX.match(word):
        forms.append(word[1:])
    return forms
