"""How the run was made, as rows for people: chosen, in words, without paths of anybody's disk."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple

from rivalry.report._input import ReportInput
from rivalry.report._numbers import plural

#: Keys that have a row of their own, are told elsewhere on the page, or say the same again.
_TOLD = {
    "case", "title", "command", "started", "seed", "draws", "threads", "scenario", "versions",
    "hashes", "digest", "structure", "timings", "warnings", "fitted", "seconds",
    "parameters_from", "posterior",
}  # fmt: skip


class Fact(NamedTuple):
    """One row; `code` asks for the fixed-width letters of hashes."""

    name: str
    value: str
    code: bool = False


def provenance(run: ReportInput, status: str) -> list[Fact]:
    """List what somebody needs to make the same result again."""
    return list(_facts(run, status))


def _facts(run: ReportInput, status: str) -> Iterator[Fact]:
    given = run.provenance
    yield Fact("Case", run.case.name)
    yield Fact("Status", status)
    if given.get("command"):
        yield Fact("Command", local(str(given["command"]), run))
    if given.get("started"):
        yield Fact("Started", str(given["started"]))
    yield Fact("Draws", f"{run.ensemble.sizes['draw']:,}")
    if given.get("seed") is not None:
        yield Fact("Seed", str(given["seed"]))
    if "threads" in given:
        count = given["threads"]
        yield Fact("Threads", "all processors" if count is None else str(count))
    if given.get("scenario"):
        yield Fact("Scenario", str(given["scenario"]))
    yield from _origin(run)
    timings = given.get("timings")
    if isinstance(timings, Mapping) and timings:
        yield Fact("Time taken", ", ".join(f"{k} {_seconds(v)}" for k, v in timings.items()))
    elif given.get("seconds") is not None:
        yield Fact("Time taken", _seconds(given["seconds"]))
    versions = given.get("versions")
    if isinstance(versions, Mapping) and versions:
        yield Fact("Versions", ", ".join(f"{k} {v}" for k, v in versions.items()))
    for key, value in given.items():
        if key not in _TOLD and isinstance(value, str | int | float) and value is not None:
            yield Fact(str(key).replace("_", " ").capitalize(), local(str(value), run))
    if given.get("digest"):
        yield Fact("SHA-256 of the whole case", str(given["digest"]), code=True)
    if given.get("structure"):
        yield Fact("Hash of the model's structure", str(given["structure"]), code=True)
    for name, digest in sorted(run.case.hashes.items()):
        yield Fact(f"SHA-256 of {name}", digest, code=True)


def _origin(run: ReportInput) -> Iterator[Fact]:
    """Say where the parameters come from."""
    given = run.provenance.get("posterior")
    if not isinstance(given, Mapping):
        if run.provenance.get("parameters_from"):
            yield Fact("Parameters", f"from the {run.provenance['parameters_from']}")
        return
    fitted, others = len(given.get("fitted", ())), len(run.from_prior)
    yield Fact(
        "Parameters",
        f"{plural(fitted, 'parameter')} from the posterior"
        + (f", {others} from the priors" if others else ", all that are uncertain"),
    )
    yield Fact(
        "Posterior",
        f"fitted {given.get('made')} with seed {given.get('seed')} by rivalry "
        f"{given.get('rivalry')} (engine results version {given.get('results_version')})",
    )
    yield Fact("SHA-256 of the posterior", str(given.get("sha256")), code=True)


def _seconds(value: Any) -> str:
    return f"{float(value):.3g} s"


def local(text: str, run: ReportInput) -> str:
    """Cut the folders off absolute paths: the page is made to be forwarded.

    What lies in the case's folder keeps its path from there.
    """
    folder = getattr(run.case, "folder", None)
    if folder is not None:
        for home in dict.fromkeys((str(folder), str(getattr(folder, "absolute", str)()))):
            if home.startswith("/") or ":" in home[:3]:
                text = text.replace(home.rstrip("/") + "/", "").replace(home, run.case.name)
    return " ".join(_word(w) for w in text.split(" "))


def _word(word: str) -> str:
    option, equals, value = word.partition("=")
    if equals and option.startswith("--"):
        return f"{option}={_word(value)}"
    bare = word.lstrip("'\"(")
    # '/x/y', '~/x', 'C:\\x': paths of one machine; '</b>' and 'and/or' are not
    if bare.startswith(("/", "~/")) or bare[1:3] in (":\\", ":/"):
        last = bare.replace("\\", "/").rstrip("/").rsplit("/", 1)[-1]
        return word[: len(word) - len(bare)] + last
    return word
