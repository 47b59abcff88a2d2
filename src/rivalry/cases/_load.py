"""Reading a case whole: file, ledger, tables, model, and how they fit together."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from rivalry.cases._bundled import CASE_FILE, bundled, find_case
from rivalry.cases._case import CHECKS_FILE, Case
from rivalry.cases._data import TableReader
from rivalry.cases._evidence import assumptions, meet
from rivalry.cases._paths import case_path
from rivalry.cases._schema import read_spec
from rivalry.cases._spec import CaseSpec
from rivalry.cases._structure import check_fit, check_report, check_structure
from rivalry.cases._yaml import in_plain_words, load_case_yaml
from rivalry.evidence import Ledger, load_ledger
from rivalry.foundation import Document, Problem, Problems, RivalryError, file_sha256
from rivalry.model import Model, ModelData, build_model

Path_ = tuple[str | int, ...]


def load_case(path_or_name: str | Path, check: bool = True) -> Case:
    """Read a case and everything it names.

    Parameters
    ----------
    path_or_name : str or Path
        A case's folder, its file, or the name of a bundled case.
    check : bool
        Also compare bindings and loops with the model's dependencies, and warn about claims
        without a place and elements without evidence. What cannot run is an error either way.

    Returns
    -------
    Case

    Raises
    ------
    RivalryError
        With every problem found: R01xx files and YAML, R02xx the case file, R03xx names, R04xx
        units, R05xx structure, R06xx tables, R07xx the ledger.
    """
    name, file = find_case(path_or_name)
    document = load_case_yaml(file)
    problems = Problems()
    spec, dropped = read_spec(document, problems)
    if spec is None:
        _raise(problems, document, ["formulas", "units", "tables", "the ledger"])
        raise AssertionError("no specification and no problem")
    folder = file.parent
    ledger, ledger_path = _ledger(spec, folder, document, problems)
    reader = TableReader(folder, document, problems)
    data = ModelData(
        inputs=reader.inputs(spec),
        observations=reader.observations(spec),
        places=reader.places,
    )
    later: list[str] = ["what claims and loops say"] if check else []
    model, units = _model(spec, data, document, problems, _silent(reader.faulty, dropped))
    if not units:
        later.insert(0, "units")
    cover = meet(
        spec, ledger or Ledger(), document, Problems() if ledger is None else problems, gaps=check
    )
    if model is not None:
        check_report(spec, model, document, problems)
        check_fit(spec, model, document, problems)
        if check:
            check_structure(spec, model, document, problems)
    _raise(problems, document, later if model is None else [])
    assert model is not None
    assert ledger is not None
    bare, every = assumptions(spec)
    if check:
        problems.extend(model.warnings)
        problems.extend(_remarks(path_or_name, name, file, bare, every))
    files = {file.name: file, **reader.files}
    if ledger_path is not None and spec.ledger is not None:
        files[spec.ledger] = ledger_path
    if (folder / CHECKS_FILE).is_file():
        files[CHECKS_FILE] = folder / CHECKS_FILE
    return Case(
        name=name,
        folder=folder,
        file=file,
        spec=spec,
        model=model,
        ledger=ledger,
        coverage=cover,
        assumptions=tuple(bare),
        elements=tuple(every),
        warnings=tuple(problems.warnings),
        hashes={key: file_sha256(path) for key, path in files.items()},
        document=document,
    )


def _raise(problems: Problems, document: Document, later: list[str]) -> None:
    """Raise what was found, in the order of the case file; other files after it.

    The last problem is a remark on what could not be checked yet, if there is any.
    """
    if not problems.errors:
        return
    found = sorted(
        problems.errors, key=lambda p: (p.file != document.file, p.file or "", p.line or 0)
    )
    if later:
        what = " and ".join([", ".join(later[:-1]), later[-1]] if len(later) > 1 else later)
        found.append(
            Problem(
                "R0224",
                f"{what} {'is' if later == ['what claims and loops say'] else 'are'} checked "
                "once these are mended",
                "Mend them and check again; there may be more to find.",
                document.file,
                severity="warning",
            )
        )
    raise RivalryError(found)


def _ledger(
    spec: CaseSpec, folder: Path, document: Document, problems: Problems
) -> tuple[Ledger | None, Path | None]:
    """Read the ledger; an empty one if the case names none, None if it is faulty."""
    if spec.ledger is None:
        return Ledger(), None
    try:
        path = case_path(folder, spec.ledger)
        try:
            return load_ledger(path), path
        except RivalryError as error:
            raise in_plain_words(error, path) from None
    except RivalryError as error:
        for problem in error.problems:
            asked = problem.code in ("R0101", "R0102", "R0209", "R0210")
            problems.extend(
                [
                    Problem(
                        problem.code,
                        problem.message,
                        problem.remedy,
                        document.file,
                        document.line(("ledger",)),
                        "ledger",
                    )
                    if asked
                    else problem
                ]
            )
        return None, None


def _model(
    spec: CaseSpec,
    data: ModelData,
    document: Document,
    problems: Problems,
    silent: Callable[[Problem], bool],
) -> tuple[Model | None, bool]:
    """Build the model; also say whether its units were checked."""

    def locate(path: Path_) -> tuple[str | None, int | None]:
        return document.file, document.line(path)

    try:
        return build_model(spec, data, locate), True
    except RivalryError as error:
        problems.extend(p for p in error.problems if not silent(p))
        # units come last: they are checked when nothing else is wrong
        return None, all(p.code.startswith("R04") for p in error.problems)


def _silent(faulty: set[str], dropped: list[Path_]) -> Callable[[Problem], bool]:
    """Say which problems only follow from others: at elements that were not read whole."""
    places = {".".join(str(p) for p in path[:2]) for path in dropped} | faulty

    def follows(problem: Problem) -> bool:
        where = problem.where or ""
        return any(where == place or where.startswith(place + ".") for place in places)

    return follows


def _remarks(
    asked: str | Path, name: str, file: Path, bare: list[str], every: list[str]
) -> list[Problem]:
    remarks = []
    if bare:
        shown = ", ".join(bare[:5]) + (", ..." if len(bare) > 5 else "")
        remarks.append(
            Problem(
                "R0216",
                f"{len(bare)} of {len(every)} elements have neither claims nor source and count "
                f"as the analyst's assumption: {shown}",
                "Add claims: or source: where there is evidence.",
                str(file),
                severity="warning",
            )
        )
    if asked == name and name in bundled() and (Path(name) / CASE_FILE).is_file():
        remarks.append(
            Problem(
                "R0217",
                f"{name} is read from the package, not from the folder {name} here",
                f"Write ./{name} for the folder.",
                severity="warning",
            )
        )
    return remarks
