"""``rivalry sensitivity``: what outputs depend on, and what conclusions hang on."""

from __future__ import annotations

import datetime as dt
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from rivalry.cli._options import CaseArgument, Json, Out, Quiet, Seed, Threads
from rivalry.cli._parameters import PosteriorFile, Prior, choose_posterior, in_words, origin
from rivalry.cli._say import print_json, print_problems, progress, remark
from rivalry.foundation import Problem, RivalryError

if TYPE_CHECKING:
    from rivalry.cases import Case
    from rivalry.cli._record import Clock
    from rivalry.inference import Posterior
    from rivalry.whatif import Target

#: Draws from which the margins of fitted parameters are read.
_MARGIN_DRAWS = 2000


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command(name="sensitivity")(sensitivity)


def sensitivity(
    case: CaseArgument,
    of: Annotated[
        str | None,
        typer.Option(
            "--of",
            help="Outputs to look at, with commas: 'deaths,fighters'; none = the case's headline.",
            show_default=False,
        ),
    ] = None,
    claims: Annotated[
        bool,
        typer.Option("--claims", help="Which assumption would overturn the verdict on each claim."),
    ] = False,
    only: Annotated[
        str | None,
        typer.Option("--only", help="With --claims: these rows of the ledger, with commas."),
    ] = None,
    keep: Annotated[
        bool,
        typer.Option(
            "--keep", help="With --claims: keep the list beside the case, for its report."
        ),
    ] = False,
    scenario: Annotated[
        str | None,
        typer.Option("--scenario", help="Look at a scenario's difference from the reference."),
    ] = None,
    from_: Annotated[
        str | None,
        typer.Option(
            "--from",
            help="First month; none = so that the window ends with the data, or where the scenario "
            "begins.",
        ),
    ] = None,
    horizon: Annotated[
        int | None,
        typer.Option("--horizon", min=1, max=600, help="Months of the window; none = 24."),
    ] = None,
    log: Annotated[bool, typer.Option("--log", help="Look at log(1 + output).")] = False,
    top: Annotated[
        int,
        typer.Option("--top", min=1, max=100, help="Parameters whose shares are estimated."),
    ] = 10,
    points: Annotated[
        int,
        typer.Option(
            "--points", min=16, max=65536, help="Base points of the shares, a power of 2."
        ),
    ] = 512,
    trajectories: Annotated[
        int, typer.Option("--trajectories", min=2, max=10_000, help="Of the screening.")
    ] = 20,
    others: Annotated[
        Literal["drawn", "median"],
        typer.Option("--others", help="Where the tornado has the other parameters."),
    ] = "drawn",
    draws: Annotated[
        int, typer.Option("--draws", min=20, max=10_000, help="With --claims: draws.")
    ] = 50,
    posterior: PosteriorFile = None,
    prior: Prior = False,
    out: Out = Path("out"),
    seed: Seed = 1,
    threads: Threads = None,
    json: Json = False,
    quiet: Quiet = False,
) -> None:
    """Say what outputs depend on, or with --claims which assumption conclusions hang on."""
    from rivalry.cases import load_case
    from rivalry.cli._record import Clock

    started = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
    _together(claims, {"--of": of, "--scenario": scenario, "--from": from_, "--log": log or None,
                       "--horizon": horizon}, {"--only": only, "--keep": keep or None})  # fmt: skip
    clock = Clock()
    with clock.time("load"):
        loaded = load_case(case)
        fit = choose_posterior(loaded, case, posterior, prior)
    quiet_bar, common = quiet or json, {"seed": seed, "threads": threads}
    if claims:
        settings: dict[str, Any] = {**common, "draws": draws, "only": only}
        facts, place = _fragile(loaded, fit, settings, clock, started, out, keep, quiet_bar)
    else:
        target = _target(loaded, of, scenario, from_, horizon or 24, log)
        settings = {
            **common, "points": points, "trajectories": trajectories, "top": top, "others": others,
        }  # fmt: skip
        facts, place = _outputs(loaded, target, fit, settings, clock, started, out, quiet_bar)
    if json:
        print_json({"ok": True, "folder": str(place), "seconds": clock.total, **facts})
        return
    _report(facts, claims, quiet)
    seconds = clock.seconds["overturn" if claims else "vary"]
    remark(f"{seconds:.1f} s; {in_words(loaded.model, fit)}", quiet=quiet)
    typer.echo(str(place))


def _together(claims: bool, outputs: dict[str, Any], fragile: dict[str, Any]) -> None:
    """Refuse options of the other question."""
    wrong = [name for name, value in (outputs if claims else fragile).items() if value is not None]
    if wrong:
        raise RivalryError(
            Problem(
                "R1168",
                f"{', '.join(wrong)} {'with' if claims else 'without'} --claims",
                "Leave it out." if claims else "Add --claims.",
            ),
            exit_code=2,
        )


def _target(
    case: Case, of: str | None, scenario: str | None, from_: str | None, horizon: int, log: bool
) -> Target:
    from rivalry.cli.scenario import _month
    from rivalry.cli.simulate import split_names
    from rivalry.whatif import REFERENCE, Target, moved_to, named_scenario

    what = REFERENCE if scenario is None else named_scenario(case.model, scenario)
    first = None if from_ is None else _month(from_)
    if first is not None:
        what = moved_to(case.model, what, first)
    names = list(case.report.headline) if of is None else split_names(of)
    return Target.of(case.model, names, what, first, horizon, log)


def _outputs(
    case: Case, target: Target, fit: Posterior | None, settings: dict[str, Any], clock: Clock,
    started: str, out: Path, quiet: bool,
) -> tuple[dict[str, Any], Path]:  # fmt: skip
    from rivalry.cli._output import new_folder
    from rivalry.cli._record import provenance, write_json
    from rivalry.cli._sensitivity_page import page
    from rivalry.cli._sensitivity_tables import as_data, print_shares, write_tables
    from rivalry.whatif import sensitivity as analyse

    draws = None
    if fit is not None:
        from rivalry.inference import posterior_parameters

        draws = posterior_parameters(case.model, fit, _MARGIN_DRAWS, settings["seed"])
    with progress("Varying parameters", quiet=quiet) as report, clock.time("vary"):
        found = analyse(
            target, posterior=draws, fitted=() if fit is None else fit.names, progress=report,
            **settings,
        )  # fmt: skip
    asked = {
        "scenario": target.what.name if target.what.parts else None,
        "from": str(target.first), "months": target.months, "log": target.log,
    }  # fmt: skip
    answer = {
        "case": case.name, **settings, **asked, "runs": found.runs, "varied": found.varied,
        "over_posterior": found.fitted, "parameters_from": "prior" if fit is None else "posterior",
        "outputs": as_data(found), "warnings": [w.as_dict() for w in found.warnings],
    }  # fmt: skip
    with new_folder(out, case.name) as result:
        with clock.time("write"):
            write_tables(found, result.draft)
            text = page(case, found, in_words(case.model, fit))
            (result.draft / "sensitivity.html").write_text(text, encoding="utf-8")
        facts = {**provenance(case, clock, started, **settings), **origin(case.model, fit), **asked,
                 "runs": found.runs, "problems": [w.as_dict() for w in found.warnings]}  # fmt: skip
        write_json(facts, result.draft / "run.json")
    if not quiet:
        print_problems(found.warnings, as_json=False)
        print_shares(found)
    return answer, result.place


def _fragile(
    case: Case, fit: Posterior | None, settings: dict[str, Any], clock: Clock, started: str,
    out: Path, keep: bool, quiet: bool,
) -> tuple[dict[str, Any], Path]:  # fmt: skip
    from rivalry.cli._fragility_page import page
    from rivalry.cli._output import new_folder
    from rivalry.cli._record import provenance, write_json
    from rivalry.cli._sensitivity_tables import print_fragile
    from rivalry.cli.simulate import split_names
    from rivalry.foundation import atomic_write
    from rivalry.model import draw_parameters
    from rivalry.whatif import FRAGILITY_FILE, fragile_text, fragility, fragility_mark

    n, seed, only = settings["draws"], settings["seed"], settings["only"]
    before = after = draw_parameters(case.model, n, seed)
    if fit is not None:
        from rivalry.inference import posterior_parameters

        after = posterior_parameters(case.model, fit, n, seed)
    with progress("Changing assumptions", quiet=quiet) as report, clock.time("overturn"):
        rows = fragility(
            case, before, after, () if fit is None else fit.names,
            claims=None if only is None else split_names(only), seed=seed,
            threads=settings["threads"], progress=report,
        )  # fmt: skip
    text = fragile_text(rows, fragility_mark(case))
    with new_folder(out, case.name) as result:
        (result.draft / FRAGILITY_FILE).write_text(text, encoding="utf-8")
        shown = page(case, rows, in_words(case.model, fit), n)
        (result.draft / "fragility.html").write_text(shown, encoding="utf-8")
        facts = {**provenance(case, clock, started, **settings), **origin(case.model, fit)}
        write_json(facts, result.draft / "run.json")
    kept = None
    if keep:
        with atomic_write(case.folder / FRAGILITY_FILE) as stream:
            stream.write(text)
        kept = str(case.folder / FRAGILITY_FILE)
    if not quiet:
        print_fragile(rows)
    answer = {
        "case": case.name, **settings, "parameters_from": "prior" if fit is None else "posterior",
        "kept": kept, "claims": [asdict(r) for r in rows],
    }  # fmt: skip
    return answer, result.place


def _report(facts: dict[str, Any], claims: bool, quiet: bool) -> None:
    """Say in a line what was found."""
    if quiet:
        return
    if not claims:
        for o in facts["outputs"]:
            typer.echo(o["words"])
        return
    fragile = {r["claim"] for r in facts["claims"] if r["kind"] and r["verdict"] != "undecided"}
    decided = {r["claim"] for r in facts["claims"] if r["verdict"] != "undecided"}
    typer.echo(
        f"{len(fragile)} of {len(decided)} conclusions would be overturned by a change of one "
        "assumption within reach"
    )
