"""Questions to a fitted model: which structure the data prefer, what if, which loop drives."""

from rivalry.whatif._change import (
    REFERENCE,
    Part,
    WhatIf,
    first_month,
    join,
    made_up,
    moved_to,
    named_scenario,
)
from rivalry.whatif._checks import CHECKS_FILE, CheckRow, check_rows
from rivalry.whatif._claims import ClaimRow, judge_claims, statement
from rivalry.whatif._compare import (
    BASE,
    Comparison,
    Evidence,
    compare,
    posterior_factor,
    variant_space,
    words,
)
from rivalry.whatif._contrast import Contrast, Contrasts, contrast
from rivalry.whatif._future import Draws, what_if_draws
from rivalry.whatif._loop_dominant import (
    LOOP_SOURCES,
    LOOP_UNTRACED,
    LoopYear,
    LoopYearRow,
    dominant_loops,
    loop_sentences,
)
from rivalry.whatif._loop_series import LoopBand, loop_bands
from rivalry.whatif._loop_strength import LoopRow, LoopStrength, loop_strength
from rivalry.whatif._outputs import resolve_names
from rivalry.whatif._rests import Rest, contractions, rests_on
from rivalry.whatif._summary import (
    Effect,
    Spread,
    chance,
    default_names,
    effect,
    effects,
    in_words,
    monthly_table,
    side_effects,
    signed,
    spread_of,
    summary_table,
)
from rivalry.whatif._verdict import VERDICTS, Judgement, Sides, Verdict, count_sides, judge

__all__ = [
    "BASE",
    "CHECKS_FILE",
    "LOOP_SOURCES",
    "LOOP_UNTRACED",
    "REFERENCE",
    "VERDICTS",
    "CheckRow",
    "ClaimRow",
    "Comparison",
    "Contrast",
    "Contrasts",
    "Draws",
    "Effect",
    "Evidence",
    "Judgement",
    "LoopBand",
    "LoopRow",
    "LoopStrength",
    "LoopYear",
    "LoopYearRow",
    "Part",
    "Rest",
    "Sides",
    "Spread",
    "Verdict",
    "WhatIf",
    "chance",
    "check_rows",
    "compare",
    "contractions",
    "contrast",
    "count_sides",
    "default_names",
    "dominant_loops",
    "effect",
    "effects",
    "first_month",
    "in_words",
    "join",
    "judge",
    "judge_claims",
    "loop_bands",
    "loop_sentences",
    "loop_strength",
    "made_up",
    "monthly_table",
    "moved_to",
    "named_scenario",
    "posterior_factor",
    "resolve_names",
    "rests_on",
    "side_effects",
    "signed",
    "spread_of",
    "statement",
    "summary_table",
    "variant_space",
    "what_if_draws",
    "words",
]
