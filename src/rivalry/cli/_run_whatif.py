"""What-ifs, verdicts on claims and loops in a run, and the table of verdicts that it leaves."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from rivalry.foundation import Problem, RivalryError, atomic_write

if TYPE_CHECKING:
    from rivalry.cases import Case
    from rivalry.inference import Posterior
    from rivalry.report import FragileLike, WhatIfInput
    from rivalry.whatif import CheckRow, ClaimRow, Contrasts, LoopStrength

#: Draws at most, so that a run stays quick: of what-ifs, of verdicts (at least the second), of
#: loops. The commands of their own take more.
CONTRAST_DRAWS, CLAIM_DRAWS, LEAST, LOOP_DRAWS = 200, 200, 20, 50
HORIZON = 24


@dataclass
class RunWhatIf:
    """What a run has of questions put to the model.

    Attributes
    ----------
    checks : list of CheckRow
    contrasts : Contrasts or None
    names : dict of str to tuple of str
        Outputs to show, by what-if.
    claims : list of ClaimRow
    claim_draws : int
    loops : tuple of LoopStrength
    years : tuple of int
    fragile : tuple
    warnings : list of Problem
    """

    checks: list[CheckRow] = field(default_factory=list)
    contrasts: Contrasts | None = None
    names: dict[str, tuple[str, ...]] = field(default_factory=dict)
    claims: list[ClaimRow] = field(default_factory=list)
    claim_draws: int = 0
    loops: tuple[LoopStrength, ...] = ()
    years: tuple[int, ...] = ()
    fragile: tuple[FragileLike, ...] = ()
    warnings: list[Problem] = field(default_factory=list)

    def for_report(self) -> WhatIfInput:
        """Return what the report needs."""
        from rivalry.report import WhatIfInput

        notes = () if self.contrasts is None else self.contrasts.warnings
        return WhatIfInput(
            contrasts=self.contrasts,
            names=self.names,
            notes=tuple(f"{p.message[:1].upper()}{p.message[1:]}." for p in notes),
            claims=tuple(self.claims),
            checks=tuple(self.checks),
            claim_draws=self.claim_draws,
            loops=self.loops,
            years=self.years,
            fragile=self.fragile,
        )

    def facts(self) -> dict[str, Any]:
        """Return what ``run.json`` and ``--json`` say of it."""
        counts: Counter[str] = Counter(r.verdict for r in self.claims if r.section == "claims")
        counts["checked"] += len(self.checks)
        found = self.contrasts
        return {
            "scenarios": [] if found is None else [c.what.name for c in found],
            "horizon": HORIZON,
            "scenario_draws": 0 if found is None else len(found.parameters),
            "verdicts": {v: n for v, n in counts.items() if n},
            "claim_draws": self.claim_draws,
            "loops_of": [s.variable for s in self.loops],
            "loop_draws": self.loops[0].scores.sizes["draw"] if self.loops else 0,
            "years": list(self.years),
            "fragile": len(self.fragile),
        }


def read_checks(case: Case) -> RunWhatIf:
    """Hold the ledger against figures and read the list of fragility, before any work is done.

    Raises
    ------
    RivalryError
        R1121 for a faulty ``checks.yaml``, R1172 for a faulty ``fragility.csv``; one that was made
        of another state of the case is left out with a warning (R1174).
    """
    from rivalry.whatif import FRAGILITY_FILE, check_rows, fragility_mark, read_fragile

    what = RunWhatIf(checks=check_rows(case))
    kept = case.folder / FRAGILITY_FILE
    if kept.exists():
        try:
            what.fragile = tuple(read_fragile(kept, fragility_mark(case)))
        except RivalryError as error:
            if error.problems[0].code != "R1174":
                raise
            what.warnings += [replace(p, severity="warning") for p in error.problems]
    return what


def add_whatif(
    what: RunWhatIf,
    case: Case,
    fit: Posterior | None,
    *,
    draws: int,
    seed: int,
    threads: int | None,
) -> None:
    """Run what-ifs, judge claims and score loops; what cannot be done becomes a warning (R1065)."""
    parts: list[tuple[str, bool, Callable[[], None]]] = [
        ("what-ifs", bool(case.model.scenarios),
         lambda: _contrasts(what, case, fit, draws, seed, threads)),
        ("verdicts on claims", bool(case.ledger.claims),
         lambda: _claims(what, case, fit, draws, seed, threads)),
        ("loops over time", bool(case.spec.loops),
         lambda: _loops(what, case, fit, draws, seed, threads)),
    ]  # fmt: skip
    for name, there, work in parts:
        if not there:
            continue
        try:
            work()
        except RivalryError as error:
            what.warnings.append(_left_out(name, error, case))


def _left_out(name: str, error: RivalryError, case: Case) -> Problem:
    first = error.problems[0]
    return Problem(
        "R1065",
        f"the report goes without {name}: {first.code} {first.message}",
        first.remedy,
        str(case.file),
        severity="warning",
    )


def _contrasts(
    what: RunWhatIf, case: Case, fit: Posterior | None, draws: int, seed: int, threads: int | None
) -> None:
    from rivalry.whatif import contrast, default_names, what_if_draws

    model = case.model
    drawn = what_if_draws(model, fit, min(draws, CONTRAST_DRAWS), seed)

    def run(names: Sequence[str]) -> Contrasts:
        return contrast(
            model, names, drawn.parameters, horizon=HORIZON, start=drawn.start, seed=seed,
            threads=threads,
        )  # fmt: skip

    names = list(model.scenarios)
    try:
        what.contrasts = run(names)
    except RivalryError:
        # one what-if that breaks should not take the others with it
        kept = []
        for name in names:
            try:
                run([name])
                kept.append(name)
            except RivalryError as error:
                what.warnings.append(_left_out(f"the what-if {name}", error, case))
        if not kept:
            return
        what.contrasts = run(kept)
    what.names = {
        c.what.name: tuple(default_names(model, c, case.report.headline)) for c in what.contrasts
    }


def _claims(
    what: RunWhatIf, case: Case, fit: Posterior | None, draws: int, seed: int, threads: int | None
) -> None:
    from rivalry.cli.claims import _worth
    from rivalry.inference import posterior_parameters
    from rivalry.model import draw_parameters
    from rivalry.whatif import judge_claims

    n = max(LEAST, min(draws, CLAIM_DRAWS))
    before = draw_parameters(case.model, n, seed)
    after = before if fit is None else posterior_parameters(case.model, fit, n, seed)
    what.claims = judge_claims(
        case, before, after, () if fit is None else fit.names, seed=seed, threads=threads,
        effective=_worth(fit),
    )  # fmt: skip
    what.claim_draws = n


def _loops(
    what: RunWhatIf, case: Case, fit: Posterior | None, draws: int, seed: int, threads: int | None
) -> None:
    from rivalry.cli._parameters import draw_vectors
    from rivalry.cli.loops import _years
    from rivalry.whatif import loop_strength

    n = min(draws, LOOP_DRAWS)
    years = _years(case.model, None)
    what.loops = loop_strength(
        case.model, None, n, seed, parameters=draw_vectors(case.model, fit, n, seed),
        focus=years, threads=threads,
    )  # fmt: skip
    what.years = tuple(years)


def write_claims(what: RunWhatIf, path: Path) -> None:
    """Write the table of verdicts, as ``rivalry claims`` does."""
    from rivalry.cli.claims import table_text

    with atomic_write(path) as stream:
        stream.write(table_text(what.claims, what.checks))
