"""Who submits to a ViEWS challenge, from the options of the command line."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from rivalry.foundation import Problem, RivalryError

if TYPE_CHECKING:
    from rivalry.forecast import SubmissionDetails


def submission_details(given: Mapping[str, Any], layout: str) -> SubmissionDetails | None:
    """Return the details, None where none is given.

    Parameters
    ----------
    given : mapping
        From an option's name to its value.
    layout : str

    Raises
    ------
    RivalryError
        R1020 when some are given and others not, or without ``--layout views``.
    """
    named = {k: v for k, v in given.items() if v}
    if not named:
        return None
    if layout != "views":
        raise _misfit(f"{', '.join(named)}: only with --layout views", "Add --layout views.")
    missing = [k for k in given if k not in named]
    if missing:
        raise _misfit(
            f"the submission's details lack {', '.join(missing)}",
            "Give all of them, or none to leave submission_details.yml out.",
        )
    from rivalry.forecast import SubmissionDetails

    authors = []
    for text in named["--author"]:
        name, _, affiliation = (part.strip() for part in text.partition(";"))
        if not name or not affiliation:
            raise _misfit(f"--author {text!r}", "Write 'Name; affiliation'.")
        authors.append((name, affiliation))
    return SubmissionDetails(
        team=named["--team"],
        short_title=named["--short-title"],
        even_shorter_identifier=named["--identifier"],
        authors=tuple(authors),
        contact=named["--contact"],
    )


def _misfit(message: str, remedy: str) -> RivalryError:
    return RivalryError(Problem("R1020", message, remedy), exit_code=2)
