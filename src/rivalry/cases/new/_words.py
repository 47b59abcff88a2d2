"""Names for formulas, made from the names of groups."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from rivalry.model.build._context import RESERVED

_LONGEST = 28
#: Names that the template itself uses, and words that YAML readers of old take for true or false.
_TAKEN = frozenset(
    {
        "population", "fighters", "group", "recruitment", "going_home", "pull", "leaving",
        "replaced", "losses", "defection", "population_size", "civilians", "reference",
        "tempo_sd", "tempo_half_life", "severity_sd", "severity_half_life", "size_events",
        "size_deaths", "odd_months", "floor_events", "floor_deaths", "reporting_sd",
        "yes", "no", "on", "off", "true", "false", "null", "y", "n",
    }
)  # fmt: skip


def words_for(names: Iterable[str]) -> list[str]:
    """Make a name for formulas from each name of people: letters, digits and ``_``, all different.

    Parameters
    ----------
    names : iterable of str

    Returns
    -------
    list of str
    """
    found: list[str] = []
    for name in names:
        base = _word(name)
        word, number = base, 1
        while word in found or word in _TAKEN or word in RESERVED:
            number += 1
            word = f"{base}_{number}"
        found.append(word)
    return found


def _word(name: str) -> str:
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    plain = plain.replace("'", "").replace("`", "")
    word = re.sub(r"[^a-z0-9]+", "_", plain.lower()).strip("_")
    word = re.sub(r"^government_of_(the_)?", "government_", word)
    if len(word) > _LONGEST:  # at a word's end, where there is one
        word = word[: _LONGEST + 1].rpartition("_")[0] or word[:_LONGEST]
    if not word:
        return "group_x"
    return word if word[0].isalpha() else f"g_{word}"
