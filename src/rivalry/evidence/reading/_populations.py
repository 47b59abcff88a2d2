"""Groups of people without a name of their own: civilians, minorities, prisoners."""

from __future__ import annotations

from collections.abc import Sequence

from rivalry.evidence.reading._aliases import Token, slug
from rivalry.evidence.reading._document import Span
from rivalry.evidence.reading._rows import Mention

#: Last word, usual name.
_HEADS = {
    "civilians": "civilians", "women": "women", "girls": "women", "children": "children",
    "minorities": "minorities", "minority": "minorities", "prisoners": "prisoners",
    "detainees": "prisoners", "inmates": "prisoners", "refugees": "refugees",
    "villagers": "villagers", "residents": "residents", "herders": "herders",
    "farmers": "farmers", "journalists": "journalists", "peacekeepers": "peacekeepers",
    "christians": "Christians", "muslims": "Muslims", "hazaras": "Hazaras", "yazidis": "Yazidis",
    "kurds": "Kurds", "alawites": "Alawites", "druze": "Druze", "tutsi": "Tutsi", "hutu": "Hutu",
    "tutsis": "Tutsi", "hutus": "Hutu", "fulani": "Fulani", "dogon": "Dogon", "tuareg": "Tuareg",
    "tuaregs": "Tuareg", "shiites": "Shiites", "sikhs": "Sikhs", "banyamulenge": "Banyamulenge",
    "hema": "Hema", "lendu": "Lendu", "kanuri": "Kanuri", "palestinians": "Palestinians",
    "tigrayans": "Tigrayans", "amharas": "Amhara", "rohingya": "Rohingya",
}  # fmt: skip
_MODIFIERS = frozenset({"religious", "ethnic", "displaced", "local", "minority"})


def find_populations(text: str, tokens: Sequence[Token], taken: Sequence[bool]) -> list[Mention]:
    """Return the groups of people named in a sentence.

    Parameters
    ----------
    text : str
        Of the document.
    tokens : sequence of Token
        Of the sentence.
    taken : sequence of bool
        Words that belong to another name already.
    """
    found: list[Mention] = []
    for at, token in enumerate(tokens):
        low = token.text.lower()
        name = _HEADS.get(low)
        if low == "people" and at and tokens[at - 1].text.lower() == "displaced":
            name = "displaced people"
        if name is None or taken[at]:
            continue
        if name[0].isupper() and not token.text[:1].isupper():
            continue
        start = at
        if at and tokens[at - 1].text.lower() in _MODIFIERS and not taken[at - 1]:
            start = at - 1
            if tokens[start].text.lower() in ("religious", "ethnic"):
                name = f"{tokens[start].text.lower()} {name}"
        span = Span(tokens[start].start, token.end)
        found.append(Mention(span, slug(name), name, "population", "name"))
    return found
