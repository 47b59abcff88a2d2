"""``rivalry claims``: a verdict on every claim, and rows of the ledger held against figures."""

from __future__ import annotations

import csv
import datetime as dt
import io
from collections import Counter
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from rivalry.cli._options import MAX_DRAWS, CaseArgument, Json, Out, Quiet, Seed, Threads
from rivalry.cli._parameters import PosteriorFile, Prior, choose_posterior, in_words, origin
from rivalry.cli._say import print_json, remark

if TYPE_CHECKING:
    from rivalry.inference import Posterior
    from rivalry.whatif import CheckRow, ClaimRow

#: Columns of claims.csv, in order.
COLUMNS = (
    "id", "section", "statement", "paragraph", "source", "mode", "verdict", "outcome",
    "expectation", "sign", "way", "median", "q05", "q95", "p_prior", "p_posterior", "odds_factor",
    "rests_on", "reason",
)  # fmt: skip


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command(name="claims")(claims)


def claims(
    case: CaseArgument,
    draws: Annotated[
        int,
        typer.Option(
            "--draws", min=20, max=MAX_DRAWS, help="Draws, of the posterior and of the prior."
        ),
    ] = 1000,
    seed: Seed = 1,
    posterior: PosteriorFile = None,
    prior: Prior = False,
    threads: Threads = None,
    out: Out = Path("out"),
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Put causal claims, levers and outlooks to the model, and dated statements to figures."""
    from rivalry.cases import CHECKS_FILE, load_case
    from rivalry.cli._claims_page import page
    from rivalry.cli._output import new_folder
    from rivalry.cli._record import Clock, provenance, write_json
    from rivalry.foundation import file_sha256
    from rivalry.model import draw_parameters
    from rivalry.whatif import check_rows, judge_claims

    started = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    clock = Clock()
    with clock.time("load"):
        loaded = load_case(case)
        fit = choose_posterior(loaded, case, posterior, prior)
    model, checks = loaded.model, loaded.folder / CHECKS_FILE
    with clock.time("check"):
        checked = check_rows(loaded)
    with clock.time("judge"):
        before = draw_parameters(model, draws, seed)
        after = before
        if fit is not None:
            from rivalry.inference import posterior_parameters

            after = posterior_parameters(model, fit, draws, seed)
        rows = judge_claims(
            loaded, before, after, () if fit is None else fit.names, seed=seed, threads=threads,
            effective=_worth(fit),
        )  # fmt: skip
    counts = Counter(r.verdict for r in rows if r.section == "claims")
    counts["checked"] = len(checked)
    settings = {"seed": seed, "draws": draws, "threads": threads}
    facts = {
        **provenance(loaded, clock, started, **settings),
        **origin(model, fit),
        "verdicts": dict(counts),
        "effective_draws": _worth(fit),
        "checks_sha256": file_sha256(checks) if checks.exists() else None,
    }
    with new_folder(out, loaded.name) as result:
        (result.draft / "claims.csv").write_text(table_text(rows, checked), encoding="utf-8")
        text = page(loaded, rows, checked, in_words(model, fit), draws)
        (result.draft / "claims.html").write_text(text, encoding="utf-8")
        facts["timings"] = {**clock.seconds, "total": clock.total}
        write_json(facts, result.draft / "run.json")
    if json:
        print_json(
            {
                "ok": True,
                "case": loaded.name,
                "folder": str(result.place),
                "parameters_from": "prior" if fit is None else "posterior",
                **settings,
                "seconds": clock.total,
                "verdicts": dict(counts),
                "claims": [asdict(r) for r in rows],
                "checks": [asdict(r) for r in checked],
            }
        )
        return
    if not quiet:
        _print(rows, checked)
    remark(
        f"{draws:,} draws in {clock.seconds['judge']:.1f} s; {in_words(model, fit)}", quiet=quiet
    )
    typer.echo(str(result.place))


def _worth(fit: Posterior | None) -> float | None:
    """Return the independent draws that a posterior's are worth: the least over its parameters."""
    if fit is None or not fit.diagnostics:
        return None
    return max(min(d.ess_bulk for d in fit.diagnostics), 1.0)


def table_text(rows: list[ClaimRow], checked: list[CheckRow]) -> str:
    """Return claims.csv: causal claims first, then rows held against figures."""
    text = io.StringIO()
    table = csv.writer(text, lineterminator="\n")
    table.writerow(COLUMNS)
    for r in rows:
        numbers = (r.median, r.q05, r.q95, r.p_prior, r.p_posterior, r.factor)
        table.writerow(
            [
                r.id, r.section, r.statement, r.paragraph, r.source, r.mode, r.verdict, "",
                r.expectation, r.sign, r.way, *("" if v is None else f"{v:.5g}" for v in numbers),
                rests_in_words(r), r.reason,
            ]
        )  # fmt: skip
    for c in checked:
        table.writerow(
            [
                c.id, c.section, c.statement, c.paragraph, "", "", c.verdict, c.outcome,
                f"{c.says} {c.against}", "", "figure", f"{c.figure:.5g}", "", "", "", "", "",
                "", c.reason,
            ]
        )  # fmt: skip
    return text.getvalue()


def rests_in_words(row: ClaimRow) -> str:
    """List the parameters that a claim rests on, with how much the data narrowed each."""
    return "; ".join(
        f"{r.name} ({'not fitted' if r.contraction is None else f'narrowed {r.contraction:.2f}'})"
        for r in row.rests
    )


def _print(rows: list[ClaimRow], checked: list[CheckRow]) -> None:
    import sys

    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    from rivalry.whatif import VERDICTS

    causal = [r for r in rows if r.section == "claims"]
    counts = Counter(r.verdict for r in causal)
    table = Table(caption="P: probability of the claimed sign, before and after the data")
    for column in ("claim", "verdict", "P before", "P after", "statement"):
        table.add_column(column, justify="right" if column[0] == "P" else "left")
    for verdict in VERDICTS:
        for r in rows:
            if r.verdict != verdict:
                continue
            before = "" if r.p_prior is None else f"{r.p_prior:.2f}"
            after = "" if r.p_posterior is None else f"{r.p_posterior:.2f}"
            table.add_row(*map(Text, (r.id, verdict, before, after, r.statement)))
    Console(width=None if sys.stdout.isatty() else 120).print(table)
    said = ", ".join(f"{counts[v]} {v}" for v in VERDICTS if counts[v])
    print(f"{len(causal)} claims: {said}")
    if checked:
        failed = [c.id for c in checked if c.outcome != "borne out"]
        print(
            f"{len(checked)} rows checked against figures: {len(checked) - len(failed)} borne out"
            + (f", not {', '.join(failed)}" if failed else "")
        )
