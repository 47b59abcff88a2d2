"""Shapes of shares, ratios and numbers with a noun in front."""

from __future__ import annotations

import re

PERCENT = re.compile(
    r"\s*(?:%|per\s?cent\b|percent(?:age\s+points?)?\b|percentage\s+points?\b)", re.I
)
FRACTION = re.compile(
    r"(?<![-\w])(?:(?P<n>a|an|one|two|three|four)[-\s](?P<d>half|third|quarter|fourth|fifth|sixth|"
    r"tenth)s?(?=\s+of\b)|(?P<half>half)(?=\s+(?:of\b|the\b|its\b|their\b|all\b|his\b)))",
    re.I,
)
PARTS_OF_ONE = {
    "half": 2, "third": 3, "quarter": 4, "fourth": 4, "fifth": 5, "sixth": 6, "tenth": 10,
}  # fmt: skip
SHARE = re.compile(
    r"(?<![-\w])(?P<a>one|\d{1,3}|two|three|four|five|six|seven|eight|nine)\s+"
    r"(?:(?P<in>in)|out\s+of)\s+(?:every\s+)?(?P<b>\d{1,4}|two|three|four|five|six|seven|eight|"
    r"nine|ten|twenty|hundred)(?![-\w])",
    re.I,
)
RATIO = re.compile(
    r"(?<![\w:.,-])(?P<a>\d{1,4}(?:\.\d+)?)\s?(?::|-to-|\s+to\s+)\s?(?P<b>1|one)"
    r"(?![\w:]|[.,]\d)",
    re.I,
)
COMPOUND = re.compile(r"-(?P<unit>[A-Za-z]+)\b(?!-old)")
OF_SO_MANY = re.compile(
    r"\s+(?:out\s+)?of\s+(?:the\s+|its\s+|some\s+|about\s+)?\d[\d,]*(?=\s)", re.I
)
NAMED_BEFORE = re.compile(
    r"(?P<noun>(?:[A-Za-z][\w’'-]*\s+){0,3}?(?:strength|number|numbers|population|size|force|"
    r"membership|ranks|total|count|toll|estimate|estimates|budget|figure))\s+"
    r"(?:(?:of|at|to|is|was|were|reached|stood\s+at|rose\s+to|fell\s+to|put\s+at|estimated\s+at|"
    r"[a-z]+ed\s+(?:to|at))\s*)+$",
    re.I,
)
LABEL = re.compile(r"(?:^|[|;\t\n]|\s{2,})\s*(?P<noun>[A-Za-z][A-Za-z '’/()-]{2,48}?)\s*[:|\t]\s*$")
