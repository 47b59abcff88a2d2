"""Fragility: the smallest change of one assumption that overturns a conclusion."""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rivalry.evidence import Claim, Lever, Outlook
from rivalry.foundation import Problem, RivalryError, nearest
from rivalry.whatif._claims import _bound_sign, _built_in, statement
from rivalry.whatif._ensemble import Array
from rivalry.whatif._evidence import Answers, Question, answer, questions
from rivalry.whatif._fragility_effects import Effects
from rivalry.whatif._fragility_levers import REACH_FACTOR, REACH_SD, Knob, Knobs
from rivalry.whatif._fragility_rows import FragileRow, found_row, nothing_row
from rivalry.whatif._fragility_search import Aim, Bracket, aims, cross, margins
from rivalry.whatif._sensitivity_batch import Counter, Progress, in_blocks
from rivalry.whatif._sensitivity_morris import STEP, morris_points
from rivalry.whatif._verdict import FAILS, HOLDS, Judgement, count_sides, judge

if TYPE_CHECKING:
    from rivalry.cases import Case

#: Trajectories of the screening, and how many assumptions of each kind are followed up.
_TRAJECTORIES = 8
_KEPT = {"assumed": 2, "fixed": 1}
#: A parameter is followed up if this many times its largest elementary effect, carried on over the
#: whole range, would overturn the conclusion.
_ALLOWANCE = 1.5


@dataclass(frozen=True)
class _Case:
    """One claim as it stands."""

    question: Question
    statement: str
    judgement: Judgement
    built: bool
    margin: Array
    aims: tuple[Aim, ...]
    scale: float


@dataclass(frozen=True)
class _Task:
    """One parameter in one direction, for the claims that it may overturn."""

    knob: Knob
    end: float
    wanted: tuple[tuple[str, Aim], ...]


def fragility(
    case: Case,
    prior: Array,
    posterior: Array,
    fitted: Sequence[str] = (),
    *,
    claims: Iterable[str] | None = None,
    seed: int = 1,
    threads: int | None = None,
    progress: Progress | None = None,
) -> list[FragileRow]:
    """Find the smallest change of one assumption that overturns the conclusion on each claim.

    Parameters
    ----------
    case : Case
    prior, posterior : ndarray (n_draws, n_parameters)
        As for `judge_claims`; the same number of draws.
    fitted : sequence of str
        Parameters that were fitted: the data speak of them, so that they are not assumed.
    claims : iterable of str, optional
        Rows of the ledger; default: all that have a verdict by contrast, path or shock.
    seed : int
    threads : int, optional
        Results do not depend on it.
    progress : callable (done, total), optional

    Returns
    -------
    list of FragileRow
        In the order of the ledger; for each claim and kind of change the smallest first. A claim
        that nothing overturns has one row that says so.

    Raises
    ------
    RivalryError
        R1120 if the case has no claims, R1169 for a claim that is not put to the model.

    Notes
    -----
    One parameter at a time is held at another value in all draws, while the others stay as they
    are drawn, with the same random numbers. Prior standard deviations are normal scores: 1 is the
    84% quantile of the prior, whatever its shape. Elementary effects (Morris 1991) on all claims
    choose what is followed up; then the ends of the range are tried, and where the conclusion is
    another there, the nearest value at which it changes is sought. An effect that turns and turns
    back inside the range is not found.
    """
    asked = _asked(case, claims)
    model, bindings = case.model, case.model.spec.bindings
    before = answer(model, asked, bindings, prior, seed=seed, threads=threads)
    same = prior.shape == posterior.shape and np.array_equal(prior, posterior)
    after = (
        before if same else answer(model, asked, bindings, posterior, seed=seed, threads=threads)
    )
    words = {row.id: statement(row) for row in _every(case)}
    cases = {
        id: _stands(q, words[id], _built_in(bindings.get(id), before, id, q), before, after)
        for id, q in asked.items()
        if id in after.values
    }
    knobs = Knobs(model, fitted)
    effects = Effects(model, asked, bindings, seed)
    search = _Search(cases, knobs, effects, prior, posterior, same, threads, progress)
    return search.rows()


def _every(case: Case) -> list[Claim | Lever | Outlook]:
    return [*case.ledger.claims, *case.ledger.levers, *case.ledger.outlooks]


def _asked(case: Case, claims: Iterable[str] | None) -> dict[str, Question]:
    """Return the questions of the claims wanted; a path that leads over a shock has none."""
    if not case.ledger.claims:
        raise RivalryError(
            Problem(
                "R1120", f"the ledger of {case.name} has no claims",
                "Give the case a ledger with claims.",
            )
        )  # fmt: skip
    bindings, outside = case.model.spec.bindings, case.coverage.outside
    polarity: dict[str, str] = {c.id: c.polarity for c in case.ledger.claims}
    others = [*case.ledger.levers, *case.ledger.outlooks]
    polarity |= {row.id: _bound_sign(bindings.get(row.id)) for row in others}
    polarity = {id: sign for id, sign in polarity.items() if id not in outside}
    asked = questions(case.model, bindings, polarity)
    if claims is None:
        return asked
    wanted = list(dict.fromkeys(claims))
    problems = [
        Problem(
            "R1169",
            f"{id} is not put to the model" if id in case.ledger else f"no claim is called {id!r}",
            (f"Did you mean {near!r}? " if (near := nearest(id, list(asked))) else "")
            + "'rivalry claims CASE' says which claims have a verdict by the model.",
        )
        for id in wanted
        if id not in asked
    ]
    if problems:
        raise RivalryError(problems, exit_code=2)
    return {id: q for id, q in asked.items() if id in wanted}


def _stands(question: Question, words: str, built: bool, before: Answers, after: Answers) -> _Case:
    id = question.id
    old, new = before.values[id], after.values[id]
    nothing = np.zeros(len(new))
    found = judge(
        count_sides(old, question.sign, before.reference.get(id)),
        count_sides(new, question.sign, after.reference.get(id)),
        by_construction=built,
    )
    margin = margins(new, after.reference.get(id, nothing), question.sign)
    sought = aims(found.verdict, question.sign, margin)
    scale = float(np.median(np.abs(margin))) if len(margin) else 0.0
    if scale == 0 and len(margin):
        scale = float(np.abs(margin).mean())
    return _Case(question, words, found, built, margin, sought, scale)


class _Search:
    """The three stages: screening, ends, crossings."""

    def __init__(
        self,
        cases: Mapping[str, _Case],
        knobs: Knobs,
        effects: Effects,
        prior: Array,
        posterior: Array,
        same: bool,
        threads: int | None,
        progress: Progress | None,
    ) -> None:
        self.cases, self.knobs, self.effects = cases, knobs, effects
        self.prior, self.posterior, self.same = prior, posterior, same
        self.threads = threads
        # how much follows screening is not known before it
        self.counter = Counter(4 * (len(knobs.knobs) + 1), progress)

    def rows(self) -> list[FragileRow]:
        tasks = self._followed_up(self._screen())
        # a task costs about as much as five steps of screening
        self.counter.total = self.counter.done + 5 * len(tasks)
        found = [
            row
            for rows in in_blocks(
                lambda i, _: self._work_off(tasks[i]),
                len(tasks),
                self.threads,
                lambda done: self.counter(5 * done),
                1,
            )
            for row in rows
        ]
        return _ranked(self.cases, found)

    def _screen(self) -> dict[str, tuple[Array, Array]]:
        """Smallest and largest elementary effect of each knob on each claim's margin.

        Margins are squeezed into -1 to 1, so that a few extreme draws do not hide what happens
        near 0, where conclusions change.
        """
        n = len(self.knobs.knobs)
        runs = min(_TRAJECTORIES, len(self.posterior))
        points, moved = morris_points(n, runs, 0)
        open_ = [id for id, c in self.cases.items() if c.aims]

        def one(k: int, _: int) -> dict[str, Array]:
            rows = self.knobs.screening(self.posterior[:runs], points[:, k])
            return self._squeezed(self.effects.values(rows, open_))

        if not n or not open_:
            return {}
        steps = in_blocks(one, n + 1, self.threads, self.counter, 1)
        found = {}
        each = np.arange(runs)
        for id in open_:
            values = np.stack([s[id] for s in steps])
            slopes = np.full((runs, n), np.nan)
            for k in range(n):
                i = moved[:, k]
                signs = np.sign(points[each, k + 1, i] - points[each, k, i])
                slopes[each, i] = (values[k + 1] - values[k]) / (STEP * signs)
            slopes = np.nan_to_num(slopes)
            found[id] = (slopes.min(axis=0), slopes.max(axis=0))
        return found

    def _squeezed(self, values: Mapping[str, tuple[Array, Array]]) -> dict[str, Array]:
        squeezed = {}
        for id, (effect, reference) in values.items():
            case, sign = self.cases[id], self.cases[id].question.sign
            margin = effect if sign == "+" else -effect
            if sign == "0":
                margin = 0.05 * np.abs(reference) - np.abs(effect)
            squeezed[id] = _squeeze(margin, case.scale)
        return squeezed

    def _followed_up(self, screened: Mapping[str, tuple[Array, Array]]) -> list[_Task]:
        """Choose, for each change looked for, the parameters that would seem to need least."""
        wanted: dict[tuple[int, float], dict[tuple[str, Aim], None]] = {}
        for id, (least, most) in screened.items():
            case = self.cases[id]
            for aim in case.aims:
                gap = abs(float(_squeeze(np.array([aim.distance(case.margin)]), case.scale)[0]))
                kept = dict(_KEPT)
                for length, i, end in sorted(self._lengths(aim, least, most, gap)):
                    knob = self.knobs.knobs[i]
                    if length <= 1 and kept[knob.source]:
                        kept[knob.source] -= 1
                        wanted.setdefault((i, end), {})[id, aim] = None
        return [_Task(self.knobs.knobs[i], e, tuple(w)) for (i, e), w in sorted(wanted.items())]

    def _lengths(
        self, aim: Aim, least: Array, most: Array, gap: float
    ) -> Iterator[tuple[float, int, float]]:
        """Part of each knob's range, in each direction, that would seem to overturn it."""
        for i, knob in enumerate(self.knobs.knobs):
            for end in (knob.low, knob.high):
                slopes = (least[i], most[i]) if end > 0 else (-most[i], -least[i])
                best = slopes[1] if aim.rises else -slopes[0]
                if best > 0 and end:
                    yield gap / (_ALLOWANCE * best * abs(end) / (2 * knob.screen)), i, end

    def _work_off(self, task: _Task) -> list[FragileRow]:
        known: dict[float, dict[str, Array]] = {}

        def at(position: float, ids: Iterable[str]) -> dict[str, Array]:
            there = known.setdefault(position, {})
            missing = [id for id in dict.fromkeys(ids) if id not in there]
            if missing:
                rows = self.knobs.held(self.posterior, task.knob, position)
                found = self.effects.values(rows, missing)
                signs = {id: self.cases[id].question.sign for id in missing}
                there.update({id: margins(*found[id], signs[id]) for id in missing})
            return there

        way, brackets = math.copysign(1.0, task.end), {}
        open_ = list(task.wanted)
        for part in (1.0, 2 / 3, 1 / 3):  # where trajectories break, look less far
            end = part * task.end
            last = at(end, [id for id, _ in open_])
            for id, aim in open_:
                close = aim.distance(last[id])
                if close <= 0:
                    start = aim.distance(self.cases[id].margin)
                    brackets[id, aim] = Bracket(abs(end), start, close)
            open_ = [(id, aim) for id, aim in open_ if not len(last[id])]
            if not open_:
                break

        def distances(x: float, keys: list[tuple[str, Aim]]) -> dict[tuple[str, Aim], float]:
            there = at(way * x, [id for id, _ in keys])
            return {(id, aim): aim.distance(there[id]) for id, aim in keys}

        rows = []
        for (id, aim), size in cross(distances, brackets).items():
            position = way * size
            margin = at(position, [id])[id]
            word = self._word(id, task.knob, position, margin)
            if aim.kind == "sign" or word != self.cases[id].judgement.verdict:
                rows.append(self._row(id, aim, task.knob, position, word, margin))
        return rows

    def _word(self, id: str, knob: Knob, position: float, margin: Array) -> str:
        """Verdict with the parameter held there, under the prior and under the posterior."""
        case = self.cases[id]
        share = _share(margin)
        if FAILS < share < HOLDS:
            return "undecided"
        posterior = count_sides(margin, "+")
        prior = posterior
        if not self.same:
            rows = self.knobs.held(self.prior, knob, position)
            found = margins(*self.effects.values(rows, [id])[id], case.question.sign)
            prior = count_sides(found if len(found) else margin, "+")
        return judge(prior, posterior, by_construction=case.built).verdict

    def _row(
        self, id: str, aim: Aim, knob: Knob, position: float, word: str, margin: Array
    ) -> FragileRow:
        case, element = self.cases[id], self.knobs.model.elements[knob.name]
        return found_row(
            id, case.statement, case.judgement.verdict, aim.kind, knob.name, element.label,
            element.unit or "", knob.source, knob.centre, self.knobs.value(knob, position),
            position, word, case.judgement.posterior.share, _share(margin),
        )  # fmt: skip


def _share(margin: Array) -> float:
    return count_sides(margin, "+").share


def _squeeze(margin: Array, scale: float) -> Array:
    size = np.abs(margin) + scale
    return np.asarray(np.divide(margin, size, out=np.zeros_like(margin), where=size > 0))


def _ranked(cases: Mapping[str, _Case], found: Sequence[FragileRow]) -> list[FragileRow]:
    """Put the smallest change of each claim and kind first; prior deviations before factors."""
    rows = []
    for id, case in cases.items():
        own = [r for r in found if r.claim == id]
        if not own:
            rows.append(
                nothing_row(
                    id, case.statement, case.judgement.verdict, case.judgement.posterior.share,
                    REACH_SD, REACH_FACTOR,
                )
            )  # fmt: skip
        for kind in ("verdict", "sign"):
            rows += FragileRow.numbered([r for r in own if r.kind == kind])
    return rows
