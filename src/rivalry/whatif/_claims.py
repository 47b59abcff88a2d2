"""A verdict on every claim of a ledger, and on its levers and outlooks."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from rivalry.evidence import Claim, Lever, Outlook
from rivalry.foundation import Problem, RivalryError
from rivalry.model.spec import BindingSpec
from rivalry.whatif._ensemble import Array
from rivalry.whatif._evidence import Answers, Question, agreement, answer, questions
from rivalry.whatif._rests import Rest, contractions, rests_on
from rivalry.whatif._verdict import Verdict, count_sides, judge

if TYPE_CHECKING:
    from rivalry.cases import Case

#: Share of prior draws that must agree on the sign of a path for it to be no open question.
SETTLED = 0.999
_BY_CONSTRUCTION = "by construction"


@dataclass(frozen=True)
class ClaimRow:
    """One claim and its verdict.

    Attributes
    ----------
    id, section, statement, paragraph, source, mode : str
    verdict : str
    expectation : str
        What was asked of the model.
    sign : str
        Claimed for it.
    way : str
        ``contrast``, ``path``, ``shock``; empty where nothing was asked.
    median, q05, q95 : float or None
        Of the effect under the posterior.
    p_prior, p_posterior : float or None
        Probability of the claimed sign.
    factor : float or None
        By how much the data changed its odds.
    rests : tuple of Rest
    reason : str
    """

    id: str
    section: str
    statement: str
    paragraph: str
    source: str
    mode: str
    verdict: Verdict
    expectation: str
    sign: str
    way: str
    median: float | None
    q05: float | None
    q95: float | None
    p_prior: float | None
    p_posterior: float | None
    factor: float | None
    rests: tuple[Rest, ...]
    reason: str


def judge_claims(
    case: Case,
    prior: Array,
    posterior: Array,
    fitted: Sequence[str] = (),
    *,
    seed: int = 1,
    threads: int | None = None,
    effective: float | None = None,
) -> list[ClaimRow]:
    """Put every causal claim of a case's ledger to its model.

    Parameters
    ----------
    case : Case
    prior, posterior : ndarray (n_draws, n_parameters)
        Parameter draws, best with the same values of what was not fitted.
    fitted : sequence of str
        Parameters that were fitted.
    seed : int
    threads : int, optional
    effective : float, optional
        Independent draws that those of the posterior are worth.

    Returns
    -------
    list of ClaimRow
        One a claim, then one a lever and outlook, in the order of the ledger. Those have a verdict
        where the case claims a sign for what carries them.

    Raises
    ------
    RivalryError
        R1120 if the case has no claims; R0801..R0804 where a trajectory breaks.

    Notes
    -----
    The rules are those of `rivalry.whatif._verdict.judge`. Trajectories run free from the model's
    start with the same random numbers under both sets of draws, so that prior and posterior differ
    by what the data say of the fitted parameters, and by nothing else.
    """
    claims = list(case.ledger.claims)
    others: list[Lever | Outlook] = [*case.ledger.levers, *case.ledger.outlooks]
    every: list[Claim | Lever | Outlook] = [*claims, *others]
    if not claims:
        raise RivalryError(
            Problem(
                "R1120",
                f"the ledger of {case.name} has no claims",
                "Give the case a ledger with claims.",
            )
        )
    model, bindings = case.model, case.model.spec.bindings
    outside = case.coverage.outside
    polarity: dict[str, str] = {c.id: c.polarity for c in claims}
    polarity |= {row.id: _bound_sign(bindings.get(row.id)) for row in others}
    polarity = {id: sign for id, sign in polarity.items() if id not in outside}
    asked = questions(model, bindings, polarity)
    before = answer(model, asked, bindings, prior, seed=seed, threads=threads)
    same = prior.shape == posterior.shape and np.array_equal(prior, posterior)
    after = before if same else answer(
        model, asked, bindings, posterior, seed=seed, threads=threads
    )  # fmt: skip
    narrowed = contractions(model, posterior, fitted)
    rows = []
    for claim in every:
        question = asked.get(claim.id)
        if claim.id in outside:
            rows.append(_bare(claim, "outside", outside[claim.id].strip()))
        elif question is None or claim.id not in after.values:
            why = "Nothing in the case puts it to the model."
            if claim.id in polarity and not polarity[claim.id]:
                why = "The case claims no sign for it, so that there is nothing to judge."
            rows.append(_bare(claim, "undecided", why))
        else:
            rests = rests_on(model, prior, before.values[claim.id], narrowed)
            built = _built_in(bindings.get(claim.id), before, claim.id, question)
            rows.append(_judged(claim, question, before, after, rests, built, effective))
    return rows


def _built_in(binding: BindingSpec | None, before: Answers, id: str, question: Question) -> bool:
    """Tell whether a claim's sign is built into the model.

    It is if the binding's note begins with 'By construction', or if all prior draws agree on the
    sign along the bound path (for a shock: of the effect), so that no prior leaves it open.
    """
    if binding is None:
        return False
    if (binding.note or "").strip().lower().startswith(_BY_CONSTRUCTION):
        return True
    values = before.values[id] if question.way == "shock" else before.paths.get(id)
    if values is None or question.sign == "0":
        return False
    up = agreement(values, "+")
    return max(up, agreement(values, "-")) >= SETTLED


def _bound_sign(binding: BindingSpec | None) -> str:
    """Sign that a case claims for a lever or outlook; that of a shock is upwards where it acts."""
    if binding is None:
        return ""
    return binding.sign or ("+" if binding.by and not binding.path else "")


def _judged(
    claim: Claim | Lever | Outlook,
    question: Question,
    before: Answers,
    after: Answers,
    rests: list[Rest],
    built: bool,
    effective: float | None,
) -> ClaimRow:
    old, new = before.values[claim.id], after.values[claim.id]
    found = judge(
        count_sides(old, question.sign, before.reference.get(claim.id)),
        count_sides(new, question.sign, after.reference.get(claim.id), effective),
        by_construction=built,
    )
    low, middle, high = (float(q) for q in np.nanquantile(new, (0.05, 0.5, 0.95)))
    reason = found.reason
    if not any(r.contraction is not None for r in rests) and found.verdict != "supported":
        reason += " None of the parameters that it rests on was fitted." if rests else ""
    return ClaimRow(
        claim.id, _section(claim), statement(claim), claim.locator, claim.source, _mode(claim),
        found.verdict,
        question.words, question.sign, question.way, middle, low, high, found.prior.share,
        found.posterior.share, found.factor, tuple(rests), reason,
    )  # fmt: skip


def _bare(claim: Claim | Lever | Outlook, verdict: Verdict, reason: str) -> ClaimRow:
    return ClaimRow(
        claim.id, _section(claim), statement(claim), claim.locator, claim.source, _mode(claim),
        verdict, "", "", "",
        None, None, None, None, None, None, (), reason,
    )  # fmt: skip


def _section(claim: Claim | Lever | Outlook) -> str:
    return {Claim: "claims", Lever: "levers", Outlook: "outlooks"}[type(claim)]


def _mode(claim: Claim | Lever | Outlook) -> str:
    return "" if isinstance(claim, Lever) else claim.mode


def statement(claim: Claim | Lever | Outlook) -> str:
    """Say a causal claim, a lever or an outlook in a line."""
    if not isinstance(claim, Claim):
        name = claim.what if isinstance(claim, Outlook) else claim.name
        return f"{name.rstrip('.')}: {claim.direction}"
    sign = {"+": "more of", "-": "less of", "0": "no change of", "both": "and in turn"}
    via = f", by way of {claim.via}" if claim.via else ""
    return f"{claim.cause} -> {sign[claim.polarity]} {claim.effect}{via}"
