"""Find numbers and vague amounts in a document, with what they count.

No model is used. A number is read with its hedge or bound, its currency or percent sign, the noun
phrase after it, and the verbs beside it that say what became of those counted. Dates are left to
`find_times`. Sums are never formed: they are the reader's.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from dataclasses import replace

from rivalry.evidence.reading._document import Document, Sentence, Span
from rivalry.evidence.reading._quantities_elliptic import fill, subject_of
from rivalry.evidence.reading._quantities_nouns import (
    TIME_UNITS,
    Noun,
    measure,
    noun_after,
    run,
    unit_of,
)
from rivalry.evidence.reading._quantities_numbers import (
    AMOUNT,
    BETWEEN,
    MONEY_WORDS,
    Amount,
    read_amount,
    words_value,
)
from rivalry.evidence.reading._quantities_outcomes import outcomes_of
from rivalry.evidence.reading._quantities_shapes import (
    COMPOUND,
    FRACTION,
    LABEL,
    NAMED_BEFORE,
    OF_SO_MANY,
    PARTS_OF_ONE,
    PERCENT,
    RATIO,
    SHARE,
)
from rivalry.evidence.reading._quantities_skip import not_counted
from rivalry.evidence.reading._quantities_tables import table_quantities, table_rows
from rivalry.evidence.reading._quantities_ties import Draft, tied
from rivalry.evidence.reading._quantities_told import measured, money, share_of
from rivalry.evidence.reading._quantities_vague import (
    MASS,
    NOT_COUNTED,
    VAGUE,
    countable,
    name_of,
)
from rivalry.evidence.reading._quantities_words import AFTER, OUTCOME_NOUNS, OUTCOMES, QUALIFIED
from rivalry.evidence.reading._rows import QuantityMention
from rivalry.evidence.reading._times import find_times
from rivalry.evidence.reading._times_words import PEOPLE


def find_quantities(document: Document) -> tuple[QuantityMention, ...]:
    """Find the quantities of a document, in order, notes about the author left out.

    Parameters
    ----------
    document : Document

    Returns
    -------
    tuple of QuantityMention
        A plain number has `value`; a range `low` and `high`; a bound one of them. Durations are in
        years, months, weeks or days ("two decades" is 20 years), money in units of its currency,
        percentages in percent, shares as fractions of one.
    """
    times = sorted((t.span.start, t.span.end) for t in find_times(document))
    rows = table_rows(document)
    found: list[QuantityMention] = []
    for sentence in document.conflict_sentences:
        if sentence.paragraph in rows:
            cells = rows[sentence.paragraph]
            rows[sentence.paragraph] = []
            found += table_quantities(document, cells, _within(times, sentence))
            continue
        found += _Reader(document.text, sentence, times, len(found)).read()
    return tuple(found)


def _within(times: list[tuple[int, int]], sentence: Sentence) -> list[tuple[int, int]]:
    first = bisect_left(times, (sentence.span.start, -1))
    last = bisect_left(times, (sentence.span.end, -1))
    return times[first:last]


class _Reader:
    """Reads one sentence."""

    def __init__(
        self, text: str, sentence: Sentence, times: list[tuple[int, int]], offset: int
    ) -> None:
        self.text = text
        self.start, self.end = sentence.span.start, sentence.span.end
        self._times = times
        self._offset = offset
        self._taken: list[tuple[int, int]] = []

    def read(self) -> list[QuantityMention]:
        drafts: list[Draft] = []
        for make, pattern in (
            (self._fraction, FRACTION),
            (self._share, SHARE),
            (self._ratio, RATIO),
            (self._amount, BETWEEN),
            (self._amount, AMOUNT),
            (self._vague, VAGUE),
        ):
            fresh: list[Draft] = []
            taken = sorted(self._taken)
            at = self.start
            while (match := pattern.search(self.text, at, self.end)) is not None:
                at = max(match.end(), match.start() + 1)
                blocked = self._blocked(match.start(), match.end(), taken)
                if not blocked:
                    draft = make(match)
                    if draft is not None:
                        fresh.append(draft)
                elif match.start() < blocked < match.end():
                    at = blocked  # "from 664 in 2021 to 1,359": the second number is free
            for draft in fresh:
                self._taken.append((draft.mention.span.start, draft.mention.span.end))
            drafts += fresh
        drafts.sort(key=lambda d: d.mention.span.start)
        return tied(self.text, self.start, self._offset, fill(self.text, drafts))

    def _blocked(self, start: int, end: int, taken: list[tuple[int, int]]) -> int:
        """Return where the first thing ends that takes up part of a stretch; 0 if it is free."""
        for spans in (self._times, taken):
            i = bisect_left(spans, (start, -1))
            if i < len(spans) and spans[i][0] < end:
                return spans[i][1]
            if i and spans[i - 1][1] > start:
                return spans[i - 1][1]
        return 0

    # -- numbers -----------------------------------------------------------------------------

    def _amount(self, match: re.Match[str]) -> Draft | None:
        amount = read_amount(match)
        if amount is None or not_counted(self.text, match, amount, self.start, self.end):
            return None
        text = self.text
        percent = PERCENT.match(text, amount.end, self.end)
        if percent:
            counts, stop = share_of(text, percent.end(), self.end)
            return self._numbered(amount, Noun(counts, "percent", 1.0, stop), percent.end())
        if amount.currency:
            return self._numbered(
                amount, money(text, amount.end, self.end, amount.currency), amount.end
            )
        compound = COMPOUND.match(text, amount.end, self.end)
        if compound:
            return self._compound(amount, compound)
        length = measure(text, amount.end)
        if length is not None and length[2] <= self.end:
            unit, factor, stop = length
            noun = measured(text, (self.start, self.end), amount, unit, factor, stop)
            return self._numbered(amount, noun, stop)
        whole = OF_SO_MANY.match(text, amount.end, self.end)
        if whole:
            # "410 of 436 seats": the noun stands after the second number
            noun_found = noun_after(text, whole.end(), self.end)
            if noun_found is not None:
                return self._numbered(amount, noun_found, amount.end, amount.end)
        many = not (amount.single and amount.low == 1)
        noun_found = noun_after(text, amount.end, self.end, many=many)
        if noun_found is None:
            return self._bare(amount)
        if noun_found.unit in MONEY_WORDS.values() and noun_found.counts:
            stop = noun_found.end
            noun = money(text, stop, self.end, noun_found.unit)
            return self._numbered(amount, noun, stop)
        return self._numbered(amount, noun_found, amount.end)

    def _numbered(
        self, amount: Amount, noun: Noun, stop: int, reach: int | None = None
    ) -> Draft | None:
        """Build the row of a number with what it counts."""
        text = self.text
        low, high, hedge, begin = self._qualified(amount, noun.unit)
        factor = noun.factor
        outcomes, shared = outcomes_of(
            text, amount.start, noun.end, (self.start, self.end), noun.counts
        )
        if noun.unit in TIME_UNITS or (noun.unit in ("km", "percent") and not noun.counts):
            outcomes, shared = (), False
        value = amount.low * factor if low is None and high is None else None
        mention = QuantityMention(
            Span(amount.start, max(stop, amount.end)),
            value,
            None if low is None else low * factor,
            None if high is None else high * factor,
            "", noun.unit, noun.counts, outcomes, hedge,
        )  # fmt: skip
        return Draft(mention, begin, reach or noun.end, shared, noun.part)

    def _qualified(self, amount: Amount, unit: str) -> tuple[float | None, float | None, str, int]:
        """Return low, high, hedge, and where the hedge starts."""
        left = max(self.start, amount.start - 48)
        match = QUALIFIED.search(self.text, left, amount.start)
        after = AFTER.match(self.text, amount.end, self.end)
        hedge, begin = "", amount.start
        low = high = None
        if not amount.single:
            low, high = amount.low, amount.high
        if match is not None and any(match[k] for k in ("lower", "upper", "hedge")):
            words = " ".join(match[k] for k in ("lower", "upper", "hedge", "second") if match[k])
            over = (match["lower"] or "").lower() in ("over", "above") and unit in TIME_UNITS
            if not over:
                hedge, begin = re.sub(r"\s+", " ", words.lower()), match.start()
                hedge = re.sub(r" (?:another|a total of|a further)$", "", hedge)
                if amount.single and match["lower"]:
                    low = amount.low
                elif amount.single and match["upper"]:
                    high = amount.low
        if after is not None:
            word = (
                "or more"
                if after["more"]
                else "or so"
                if after["so"]
                else ("more than" if after["plus"] else "odd")
            )
            hedge = hedge or word
            if amount.single and (after["more"] or after["plus"]) and high is None:
                low = amount.low
        return low, high, hedge, begin

    def _compound(self, amount: Amount, compound: re.Match[str]) -> Draft | None:
        """Read "a 20-year war", "a five-member council", "a 5,000-strong force"."""
        word = compound["unit"].lower()
        length = measure(self.text, amount.end)
        tokens, _ = run(self.text, compound.end(), self.end)
        phrase = (
            self.text[tokens[0].start("word") : tokens[min(len(tokens), 3) - 1].end()]
            if tokens else ""
        )  # fmt: skip
        stop = compound.end()
        if length is not None:
            noun = Noun(phrase or word, length[0], length[1], stop)
        elif word in ("strong", "member", "man", "person", "people"):
            noun = Noun(phrase or word, "people", 1.0, stop)
        elif word in MONEY_WORDS:
            noun = Noun(phrase, MONEY_WORDS[word], 1.0, stop)
        elif word in ("odd", "plus"):
            found = noun_after(self.text, compound.end(), self.end)
            if found is None:
                return None
            noun = found
        else:
            return None
        draft = self._numbered(amount, noun, stop)
        if draft is None or word == "odd":
            return draft
        if word == "plus":
            mention = replace(draft.mention, value=None, low=amount.low, hedge="more than")
            return replace(draft, mention=mention)
        return replace(draft, mention=replace(draft.mention, outcomes=()), shared=False)

    def _bare(self, amount: Amount) -> Draft | None:
        """Keep a number without a noun if words beside it say what it is."""
        draft = self._numbered(amount, Noun("", "", 1.0, amount.end), amount.end)
        if draft is None:
            return None
        mention = draft.mention
        if mention.outcomes:
            return replace(draft, mention=replace(mention, unit="people"))
        left = max(self.start, draft.begin - 70)
        named = NAMED_BEFORE.search(self.text, left, draft.begin)
        label = LABEL.search(self.text, left, draft.begin)
        if named or label:
            counts = (named or label)["noun"].strip()  # type: ignore[index]
            words = [w.lower() for w in re.findall(r"[A-Za-z]+", counts)]
            pooled = tuple(dict.fromkeys(OUTCOMES[w] for w in words if w in OUTCOMES))
            human = bool(pooled) or any(w in PEOPLE for w in words)
            unit = "people" if human else ""
            return replace(
                draft, mention=replace(mention, counts=counts, unit=unit, outcomes=pooled)
            )
        told = subject_of(self.text, self.start, draft.begin)
        if told is not None:
            counts, unit = told
            gone = OUTCOME_NOUNS.get(counts.rsplit(None, 1)[-1].lower(), ())
            outcomes = gone if unit == "people" else ()
            return replace(
                draft, mention=replace(mention, counts=counts, unit=unit, outcomes=outcomes)
            )
        if amount.in_words or amount.low < 10:
            return None
        return draft

    # -- shares and vague amounts ------------------------------------------------------------

    def _fraction(self, match: re.Match[str]) -> Draft | None:
        if match["half"]:
            value = 0.5
        else:
            value = (words_value(match["n"]) or 1.0) / PARTS_OF_ONE[match["d"].lower()]
        return self._part(match, value)

    def _part(self, match: re.Match[str], value: float) -> Draft | None:
        counts, stop = share_of(self.text, match.end(), self.end)
        if not counts:
            tokens, _ = run(self.text, match.end(), self.end)
            if not tokens and (
                the := re.compile(r"\s+(?:the|its|their|all|his)(?=\s)").match(
                    self.text, match.end(), self.end
                )
            ):
                tokens, _ = run(self.text, the.end(), self.end)
            if tokens:
                stop = tokens[-1].end()
                counts = self.text[tokens[0].start("word") : stop]
        amount = Amount(match.start(), match.end(), value, value, "", True)
        return self._numbered(amount, Noun(counts, "share", 1.0, stop), match.end())

    def _share(self, match: re.Match[str]) -> Draft | None:
        a, b = (
            float(match[k]) if match[k].isdigit() else words_value(match[k]) for k in ("a", "b")
        )
        if not 0 < a < b or (match["in"] and a != 1):
            return None
        return self._part(match, a / b)

    def _ratio(self, match: re.Match[str]) -> Draft | None:
        value = float(match["a"])
        if value <= 1:
            return None
        mention = QuantityMention(Span(*match.span()), value, None, None, "", "ratio", "")
        return Draft(mention, match.start(), match.end(), False)

    def _vague(self, match: re.Match[str]) -> Draft | None:
        text, end = self.text, match.end()
        if NOT_COUNTED.match(text, end, self.end):
            return None
        name = name_of(match)
        if match["mass"]:
            mass = MASS.match(text, end, self.end)
            if mass is None:
                return None
            noun = Noun(mass["noun"], "", 1.0, mass.end())
            head = mass["noun"].split()[-1]
            if " and " not in mass["noun"] and head.lower() in PEOPLE:
                noun = replace(noun, unit=unit_of(head))
        else:
            found = noun_after(text, end, self.end)
            if found is None:
                return self._vague_alone(match, name)
            noun = found
            strict = bool(match["many"]) or name in ("numerous", "multiple", "a few")
            if not noun.part and not countable(noun.counts.rsplit(" ", 1)[-1], strict=strict):
                return None
            if match["plural"] == "scores" and not text.startswith(" of", end):
                return None
        outcomes, shared = outcomes_of(
            text, match.start(), noun.end, (self.start, self.end), noun.counts
        )
        if noun.unit in TIME_UNITS:
            outcomes, shared = (), False
        mention = QuantityMention(
            Span(*match.span()), None, None, None, name, noun.unit, noun.counts, outcomes
        )
        return Draft(mention, match.start(), noun.end, shared, noun.part)

    def _vague_alone(self, match: re.Match[str], name: str) -> Draft | None:
        """Keep "dozens were killed", "many surrendered"; pass over "in many"."""
        end = match.end()
        if not (match["plural"] or match["some"] or name in ("several", "many", "scores")):
            return None
        outcomes, shared = outcomes_of(self.text, match.start(), end, (self.start, self.end), "")
        if not outcomes:
            return None
        mention = QuantityMention(
            Span(*match.span()), None, None, None, name, "people", "", outcomes
        )
        return Draft(mention, match.start(), end, shared)
