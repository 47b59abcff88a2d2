"""Complete what is incomplete: by the same sentence, the one before, or the document's date.

The order is that of narrated text: what a sentence says of its own year binds its months; failing
that, the story's time moves on from the sentence before (Partee, "Nominal and temporal anaphora",
1984, doi:10.1007/BF00627707); failing that, the date of the document holds.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from rivalry.evidence.reading._document import DocumentDate, Sentence, Span
from rivalry.evidence.reading._rows import TimeMention
from rivalry.evidence.reading._times_calendar import month_before
from rivalry.evidence.reading._times_known import (
    EARLIER,
    FOUNDED,
    RELATIVE,
    SUBORDINATE,
    Known,
)
from rivalry.evidence.reading._times_relative import AHEAD, DETAIL, relative
from rivalry.evidence.reading._times_shapes import Atom, Expression

#: How many neighbours are looked at, so that a text without full stops costs no more than others.
_NEAR = 8
_BACK = 4


@dataclass
class Anchors:
    """What is known on the way through a document.

    Attributes
    ----------
    text : str
    date : DocumentDate or None
    known : list of Known
        In order.
    day_first : bool or None
        How the document writes 3/4/2021, where it shows.
    """

    text: str
    date: DocumentDate | None
    day_first: bool | None = None
    known: list[Known] = field(default_factory=list)
    _year_of_day: dict[tuple[int, int], tuple[int, str]] = field(default_factory=dict)

    def read(self, sentence: Sentence, expressions: list[Expression]) -> list[TimeMention]:
        """Turn the expressions of one sentence into mentions."""
        here: list[Known | None] = []
        for expression in expressions:
            if expression.complete:
                here.append(self._learn(sentence, expression, self._complete(expression), ""))
            else:
                here.append(None)
        found: list[TimeMention] = []
        for i, expression in enumerate(expressions):
            item = here[i]
            if item is not None:
                mention = TimeMention(
                    Span(expression.start, expression.end),
                    item.precision, item.start, item.until, self._note(expression),
                )  # fmt: skip
                self.known.append(item)
                self._remember(expression)
            else:
                made = self._resolved(sentence, expression, here, i)
                if made is None:
                    continue
                mention = made
                if made.start or made.until:
                    item = self._learn(
                        sentence, expression, (made.precision, made.start, made.until), made.anchor
                    )
                    if expression.atoms[0].kind not in ("now", "first", "then", "since"):
                        here[i] = item
                        self.known.append(item)
            found.append(mention)
        return found

    # -- complete ones ---------------------------------------------------------------------

    def _complete(self, expression: Expression) -> tuple[str, str | None, str | None]:
        first, last = self._sure(expression.atoms[0]), self._sure(expression.atoms[-1])
        start, end = _ends(first)
        until = _ends(last)[1]
        if expression.relation == "since":
            return "since", start, None
        if expression.relation == "until":
            return "until", None, until
        if expression.relation == "range":
            return "range", start, until
        if expression.relation == "pair":
            return "month", start, until
        if first.kind in ("decade", "century", "span"):
            return "range", start, end
        return {4: "year", 7: "month"}.get(len(start), "day"), start, None

    def _sure(self, atom: Atom) -> Atom:
        """Read 3/4/2021 as the document writes dates; its year is all that is sure otherwise."""
        if atom.kind != "date" or atom.year is None or "/" not in atom.word:
            return atom
        if self.day_first is None:
            return atom
        a, b = (int(part) for part in atom.word.split("/"))
        day, month = (a, b) if self.day_first else (b, a)
        return replace(atom, day=day, month=month)

    def _note(self, expression: Expression) -> str:
        atom = expression.atoms[0]
        if "/" in atom.word and self.day_first is None:
            return "day and month may be either way round"
        return ""

    def _learn(
        self, sentence: Sentence, expression: Expression,
        value: tuple[str, str | None, str | None], anchor: str,
    ) -> Known:  # fmt: skip
        precision, start, until = value
        before = self.text[max(sentence.span.start, expression.start - 60) : expression.start]
        # "By the summer of 2023" sets the scene as "in 2023" does
        words = self.text[expression.start : expression.end]
        scene = precision == "until" and words[:3].lower() == "by "
        anchorable = (
            (scene or precision in ("day", "month", "year"))
            and not expression.atoms[0].name
            and not FOUNDED.search(before)
            and anchor != "document date"
        )
        return Known(
            expression, start, until, precision,
            words, sentence.number, sentence.paragraph,
            anchorable, anchor == "document date",
        )  # fmt: skip

    def _remember(self, expression: Expression) -> None:
        for atom in expression.atoms:
            if atom.kind == "date" and atom.day and atom.month and atom.year:
                words = self.text[atom.start : atom.end]
                self._year_of_day[atom.month, atom.day] = atom.year, words

    # -- incomplete ones -------------------------------------------------------------------

    def _resolved(
        self, sentence: Sentence, expression: Expression, here: list[Known | None], index: int
    ) -> TimeMention | None:
        atom = expression.atoms[0]
        span = Span(expression.start, expression.end)
        if atom.kind == "recurring":
            return TimeMention(span, "undated", None, None, recurring=True)
        if atom.kind == "date":
            return self._month(sentence, expression, here, index)
        if atom.kind == "first":
            other = next((k for k in here[:_NEAR] if k is not None), None)
            if other is None or not other.precision:
                return TimeMention(span, "undated", None, None)
            return TimeMention(
                span, other.precision, other.start, other.until, f"same sentence: {other.words}"
            )
        if atom.kind == "now":
            return self._now(span)
        if atom.kind in ("then", "since"):
            return self._then(sentence, span, atom, here[:index])
        words = self.text[sentence.span.start : min(sentence.span.end, sentence.span.start + 600)]
        told = self._last(sentence, here[:index], DETAIL.get(atom.unit, 4))
        value = relative(
            atom, self.text[atom.start : atom.end], words, self.date,
            (told.point, self._place(told, sentence)) if told else None,
            told is not None and told.sentence == sentence.number,
        )  # fmt: skip
        if value is None:
            return TimeMention(span, "undated", None, None)
        precision, start, until, anchor = value
        if expression.relation == "since":
            return TimeMention(span, "since", start, None, anchor)
        if expression.relation == "until":
            return TimeMention(span, "until", None, until or start, anchor)
        return TimeMention(span, precision, start, until, anchor)

    def _month(
        self, sentence: Sentence, expression: Expression, here: list[Known | None], index: int
    ) -> TimeMention | None:
        span = Span(expression.start, expression.end)
        atom, last = expression.atoms[0], expression.atoms[-1]
        if atom.month is None:
            return None
        found = self._year(sentence, last, here, index)
        if found is None:
            return TimeMention(span, "undated", None, None)
        year, anchor = found
        second = last.with_year(year) if last.year is None else last
        if len(expression.atoms) > 1:
            assert last.month is not None
            later = atom.month > last.month
            first = atom.with_year(year - 1 if later else year)
            whole = replace(expression, atoms=(first, second))
        else:
            whole = replace(expression, atoms=(second,))
        precision, start, until = self._complete(whole)
        return TimeMention(span, precision, start, until, anchor)

    def _year(
        self, sentence: Sentence, atom: Atom, here: list[Known | None], index: int
    ) -> tuple[int, str] | None:
        """Find the year of a month, or of a day and month, and say from where."""
        assert atom.month is not None
        ahead = atom.word == "next" or bool(AHEAD.search(self._around(sentence, atom)))
        if atom.word == "the following":
            told = self._last(sentence, here[:index])
            if told is not None:
                year = month_before(told.point, atom.month, ahead=True)
                year += len(told.point) < 7 or int(told.point[5:7]) == atom.month
                return year, self._place(told, sentence)
        if atom.word.startswith("year "):
            return self._year_word(sentence, atom, here[:index])
        if atom.word and self.date is not None:
            strictly = atom.word in ("last", "the previous", "this past")
            near = month_before(
                self.date.value, atom.month, ahead=atom.word == "next", strictly=strictly
            )
            return (int(self.date.value[:4]) if atom.word == "this" else near), "document date"
        if atom.day is not None and (atom.month, atom.day) in self._year_of_day:
            year, words = self._year_of_day[atom.month, atom.day]
            return year, f"earlier in the text: {words}"
        same = self._same_sentence(atom, here, index)
        if same is not None and same.start is not None:
            year = int(same.start[:4])
            # "called a vote in late 2014 and lost it in January"
            late = re.match(r"late|the end of|end of", same.words, re.I)
            if late and atom.month <= 6 and same.expression.end <= atom.start:
                year += 1
            return year, f"same sentence: {same.words}"
        before = self._sentence_before(sentence)
        if before is not None and before.start:
            year = int(before.start[:4])
            month = int(before.start[5:7]) if len(before.start) > 4 else 0
            words = self._around(sentence, atom)
            if atom.month < month and not EARLIER.search(words):
                year += 1 if self._past(year + 1, atom.month) else 0
            if self._past(year, atom.month) or ahead:
                return year, f"sentence before: {before.words}"
        if self.date is not None:
            near = month_before(self.date.value, atom.month, ahead=ahead, day=atom.day)
            if self.date.bound == "on or after" and not ahead:
                near += self._shortly_after(near, atom)
            return near, "document date"
        return None

    def _shortly_after(self, year: int, atom: Atom) -> bool:
        """Tell whether a day lies just behind the youngest dated fact of a text without a date.

        The text is younger than that fact, so "October 9" beside October 2, 2023 is of that year.
        """
        assert self.date is not None
        assert atom.month is not None
        if len(self.date.value) < 7 or atom.day is None:
            return False
        months = (year + 1) * 12 + atom.month - int(self.date.value[:4]) * 12
        return 0 <= months - int(self.date.value[5:7]) <= 2

    def _year_word(
        self, sentence: Sentence, atom: Atom, here: list[Known | None]
    ) -> tuple[int, str] | None:
        """Find the year of "30 June last year", "May of the same year"."""
        word = atom.word.removeprefix("year ")
        shift = {"last": -1, "next": 1, "previous": -1, "preceding": -1, "following": 1}
        if word in ("last", "next", "this", "current"):
            if self.date is None:
                return None
            return int(self.date.value[:4]) + shift.get(word, 0), "document date"
        told = self._last(sentence, here)
        if told is None:
            return None
        return int(told.point[:4]) + shift.get(word, 0), self._place(told, sentence)

    def _past(self, year: int, month: int) -> bool:
        if self.date is None:
            return True
        return f"{year:04d}-{month:02d}" <= self.date.value[:7].ljust(7, "9")

    def _around(self, sentence: Sentence, atom: Atom) -> str:
        left = max(sentence.span.start, atom.start - 120)
        return self.text[left : min(sentence.span.end, atom.end + 120)]

    def _same_sentence(self, atom: Atom, here: list[Known | None], index: int) -> Known | None:
        """Return the nearest date of the sentence whose year holds for the month too."""
        best: tuple[int, Known] | None = None
        for i in range(max(0, index - _NEAR), min(len(here), index + _NEAR + 1)):
            known = here[i]
            if known is None or not known.anchorable or known.start is None:
                continue
            other = known.expression
            between = (
                self.text[other.end : atom.start]
                if other.end <= atom.start
                else self.text[atom.end : other.start]
            )
            if len(between) > 600 or (i > index and SUBORDINATE.search(between)):
                continue
            if i < index and self._other_clause(known, between):
                continue
            if best is None or len(between) < best[0]:
                best = len(between), known
        return best[1] if best else None

    def _other_clause(self, known: Known, between: str) -> bool:
        """Tell whether a year stood in a relative clause that has closed since."""
        left = self.text[max(0, known.expression.start - 60) : known.expression.start]
        return RELATIVE.search(left) is not None and "," in between

    def _sentence_before(self, sentence: Sentence) -> Known | None:
        for known in reversed(self.known[-_NEAR:]):
            if known.sentence == sentence.number:
                continue
            if known.paragraph != sentence.paragraph or sentence.number - known.sentence > _BACK:
                return None
            # what stands in the document's own time goes on in it
            if known.by_document:
                return None
            # "whose abduction of a priest in 2021 made headlines" is told in passing
            if known.anchorable and not self._in_passing(known):
                return known
        return None

    def _in_passing(self, known: Known) -> bool:
        left = self.text[max(0, known.expression.start - 80) : known.expression.start]
        return (
            RELATIVE.search(left) is not None
            and "," in self.text[known.expression.end : known.expression.end + 60]
        )

    def _now(self, span: Span) -> TimeMention:
        if self.date is None:
            return TimeMention(span, "undated", None, None)
        return TimeMention(span, "since", self.date.value[:4], None, "document date")

    def _then(
        self, sentence: Sentence, span: Span, atom: Atom, here: list[Known | None]
    ) -> TimeMention | None:
        known = self._last(sentence, here)
        if atom.kind == "since" and (known is None or known.sentence < sentence.number - 1):
            return None
        if known is None:
            return TimeMention(span, "undated", None, None)
        anchor = self._place(known, sentence)
        if atom.word.startswith(("since", "ever", "from")):
            return TimeMention(span, "since", known.point, None, anchor)
        if atom.word.startswith(("until", "by")):
            return TimeMention(span, "until", None, known.point, anchor)
        point = known.point
        return TimeMention(
            span, {4: "year", 7: "month"}.get(len(point), "day"), point, None, anchor
        )

    def _last(self, sentence: Sentence, here: list[Known | None], detail: int = 4) -> Known | None:
        """Return the date told last that is as exact as wanted."""
        for known in reversed(here[-_NEAR:]):
            if known is not None and len(known.point) >= detail:
                return known
        for known in reversed(self.known[-_NEAR:]):
            if known.sentence < sentence.number and len(known.point) >= detail:
                return known
        return None

    def _place(self, known: Known, sentence: Sentence) -> str:
        if known.sentence == sentence.number:
            return f"same sentence: {known.words}"
        if known.sentence >= sentence.number - 1:
            return f"sentence before: {known.words}"
        return f"earlier in the text: {known.words}"


def _ends(atom: Atom) -> tuple[str, str]:
    if atom.kind == "date":
        return atom.iso(), atom.iso()
    return atom.first, atom.last
