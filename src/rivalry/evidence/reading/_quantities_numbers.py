"""Numbers as written: figures, words, scales, currencies, ranges."""

from __future__ import annotations

import re
from dataclasses import dataclass

from rivalry.evidence.reading._times_words import SMALL_NUMBER, SMALL_NUMBERS

_SCALES = {
    "hundred": 1e2, "thousand": 1e3, "k": 1e3, "lakh": 1e5, "million": 1e6, "mn": 1e6, "m": 1e6,
    "mln": 1e6, "crore": 1e7, "billion": 1e9, "bn": 1e9, "b": 1e9, "trillion": 1e12, "tn": 1e12,
    "trn": 1e12, "dozen": 12.0,
}  # fmt: skip

#: Currency signs and codes before a figure; a bare dollar is taken as that of the United States.
_CURRENCIES = {
    "us$": "USD", "usd": "USD", "$": "USD", "a$": "AUD", "au$": "AUD", "c$": "CAD", "ca$": "CAD",
    "£": "GBP", "gbp": "GBP", "€": "EUR", "eur": "EUR", "¥": "JPY", "₹": "INR", "rs": "rupees",
    "rs.": "rupees", "pkr": "PKR", "inr": "INR", "afn": "AFN", "₦": "NGN", "chf": "CHF",
}  # fmt: skip

#: Words for money after a figure.
MONEY_WORDS = {
    "dollars": "USD", "dollar": "USD", "euros": "EUR", "euro": "EUR", "sterling": "GBP",
    "rupees": "rupees", "afghanis": "AFN", "roubles": "RUB", "rubles": "RUB", "yuan": "CNY",
    "naira": "NGN", "birr": "ETB", "francs": "francs", "pesos": "pesos", "riyals": "riyals",
    "dinars": "dinars", "liras": "TRY", "lira": "TRY", "shillings": "shillings",
}  # fmt: skip

_THIN = "\u00a0\u202f\u2009"
_FIGURE = rf"(?:\d{{1,3}}(?:[,{_THIN}]\d{{3}})+(?:\.\d+)?|\d{{1,15}}(?:\.\d+)?)"
_WORD = rf"(?:{SMALL_NUMBER}(?:-{SMALL_NUMBER})?)"
_BIG = r"(?:hundred|thousand|million|billion|trillion|dozen|lakh|crore)"
_WORDS = (
    rf"(?:(?:{_WORD}|an?|half\s+an?)(?:\s+and\s+a\s+half)?\s+{_BIG}(?:\s+{_BIG})?"
    rf"(?:\s+(?:and\s+)?{_WORD}(?:\s+{_BIG}(?:\s+{_BIG})?)?(?![-\s]{_BIG})){{0,4}}|{_WORD})\b"
)
_SCALE = (
    r"(?:\s*-?\s*(?:hundred|thousand|million|billion|trillion|lakh|crore|dozen)\b|"
    r"\s?(?:mn|mln|bn|tn|trn)\b)"
)
_CUR = r"(?:US\$|AU\$|CA\$|A\$|C\$|\$|£|€|¥|₹|₦|\b(?:USD|EUR|GBP|PKR|INR|AFN|CHF|Rs\.?))\s?"
_LETTER = r"(?:[mkb]\b)"

_ONE = (
    rf"(?:(?P<cur{{0}}>{_CUR})(?P<money{{0}}>{_FIGURE})(?P<mscale{{0}}>{_SCALE}|{_LETTER})?|"
    rf"(?P<fig{{0}}>{_FIGURE})(?P<scale{{0}}>{_SCALE}|k\b)?|(?P<word{{0}}>{_WORDS}))"
)


def _one(n: int) -> str:
    return _ONE.replace("{0}", str(n))


_LEFT = r"(?<![\w/#№.°])(?<!\d,)(?<!\w[-–—_])(?<![$£€]-)"
#: "between A and B".
BETWEEN = re.compile(rf"\bbetween\s+{_one(1)}\s+and\s+{_one(2)}", re.I)
#: A number, or two with a dash, "to" or "or" between.
AMOUNT = re.compile(
    rf"{_LEFT}{_one(1)}(?:\s*(?:-|–|—|‑|\bto\b|\bor\b)\s*(?:about\s+|around\s+|as\s+many\s+as\s+)?"
    rf"{_one(2)}(?![-\w]*-year-old))?",
    re.I,
)


@dataclass(frozen=True)
class Amount:
    """A number or a range.

    Attributes
    ----------
    start, end : int
    low, high : float
        Equal for a single number.
    currency : str
        Code, or empty.
    in_words : bool
    """

    start: int
    end: int
    low: float
    high: float
    currency: str
    in_words: bool

    @property
    def single(self) -> bool:
        """Tell whether it is one number."""
        return self.low == self.high


def words_value(text: str) -> float:
    """Return the value of a number in words: ``one hundred and seventy``, ``half a million``."""
    total = current = 0.0
    for token in re.split(r"[\s-]+", text.lower()):
        if token in ("and", ""):
            continue
        if token == "half":
            # "half a million", and "two and a half million"
            current += 0.5
        elif token in ("a", "an"):
            continue
        elif token == "hundred" or token == "dozen":
            current = (current or 1.0) * _SCALES[token]
        elif token in _SCALES:
            # "two hundred thousand" carries the whole before it, "one million two" only adds
            total += (current or 1.0) * _SCALES[token]
            current = 0.0
        else:
            current += SMALL_NUMBERS[token]
    return total + current


def _read(match: re.Match[str], n: int) -> tuple[float, float, str, bool] | None:
    """Return coefficient, scale, currency and whether in words."""
    if match[f"word{n}"]:
        return words_value(match[f"word{n}"]), 1.0, "", True
    figure = match[f"money{n}"] or match[f"fig{n}"]
    if figure is None:
        return None
    scale = (match[f"mscale{n}"] or match[f"scale{n}"] or "").strip(" -\n\t").lower()
    currency = (match[f"cur{n}"] or "").strip().lower()
    coefficient = float(re.sub(rf"[,{_THIN}]", "", figure))
    return coefficient, _SCALES.get(scale, 1.0), _CURRENCIES.get(currency, ""), False


def read_amount(match: re.Match[str]) -> Amount | None:
    """Turn a match of `BETWEEN` or `AMOUNT` into numbers.

    A scale word after the second number holds for the first too, unless that one has its own or
    the range would turn round: one to three trillion dollars; 500 to 1.2 million people.
    """
    first, second = _read(match, 1), _read(match, 2)
    if first is None:
        return None
    a, scale, currency, in_words = first
    end = match.end()
    if second is None:
        return Amount(match.start(), end, a * scale, a * scale, currency, in_words)
    b, scale_b, currency_b, _ = second
    high = b * scale_b
    tail = match["word2"]
    if in_words and tail and (big := re.search(rf"{_BIG}$", tail.strip(), re.I)):
        # "two to three thousand"
        size = _SCALES[big.group().lower()]
        if a < size and a <= high / size:
            a *= size
    elif scale == 1.0 and scale_b > 1.0 and a <= b and a < 1000:
        scale = scale_b
    low = a * scale
    if low >= high and "between" not in match.group().lower()[:7]:
        # "20 to 1" is a ratio, "2015-3" nothing: keep the first number alone
        end = next(
            match.end(g) for g in ("mscale1", "money1", "scale1", "fig1", "word1")
            if match[g] is not None
        )  # fmt: skip
        return Amount(match.start(), end, low, low, currency, in_words)
    return Amount(
        match.start(), end, min(low, high), max(low, high), currency or currency_b, in_words
    )
