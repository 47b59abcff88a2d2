"""What-ifs in the report: changes worked out by hand, both sides of a lever, what is said of it.

In the made-up answers draw d of 20 has d - 1 more recruits a month for three months, on 10.
"""

from __future__ import annotations

from dataclasses import replace
from html.parser import HTMLParser
from types import SimpleNamespace

import numpy as np
import pytest

from rivalry.engine import simulate
from rivalry.forecast import Draws
from rivalry.foundation import Month
from rivalry.report import ForecastInput, ReportInput, WhatIfInput, render_report
from rivalry.report._strip import Scale
from rivalry.report._whatif import WhatIfSection, whatif_section
from rivalry.whatif import Spread, contrast


@pytest.fixture(scope="module")
def section(paid_run: ReportInput, answers: WhatIfInput) -> WhatIfSection:
    found = whatif_section(paid_run, answers)
    assert found is not None
    return found


def test_a_sum_in_figures_and_out_of_100(section: WhatIfSection) -> None:
    _, recruits = section.tables
    assert (recruits.label, recruits.unit, recruits.measure) == ("Recruits", "people", "in sum")
    (heading, lines, still), = recruits.groups  # fmt: skip
    assert heading == "Both worlds run free from the model's start"
    assert still == ("As it was",)
    (line,) = lines
    assert line.label == "More pay"
    # 3 (d - 1) for d = 0..19: median at 9.5, quartiles at 4.75 and 14.25
    assert line.change.median == "+25.5"
    assert line.change.half == "+11.2 to +39.8"
    assert line.change.reference == "30"
    # one draw of 20 has fewer, one the same
    assert line.change.words == "higher in 90 of 100 draws"


def test_a_mean_over_the_months(section: WhatIfSection) -> None:
    fighters, _ = section.tables
    assert fighters.measure == "on average"
    change = fighters.groups[0][1][0].change
    # (1 + 2 + 3) / 3 = 2 of d - 1
    assert (change.median, change.half, change.reference) == ("+17", "+7.5 to +26.5", "1,000")


def test_a_table_where_half_of_the_what_ifs_move_stands_open(section: WhatIfSection) -> None:
    assert [t.open for t in section.tables] == [True, True]


def test_strips_share_a_scale_that_holds_no_change() -> None:
    wide = Spread(5.0, 1.0, 3.0, 5.0, 7.0, 9.0, 1.0, 0.0, 0.0)
    low = Spread(-1.0, -1.0, -1.0, -1.0, -1.0, -1.0, 0.0, 1.0, 0.0)
    scale = Scale.of([wide, low])
    # -1 to 9 and 3% more at each end
    assert (scale.low, scale.high) == pytest.approx((-1.3, 9.3))
    strip = scale.strip(wide)
    assert strip.zero == pytest.approx(100 * 1.3 / 10.6, abs=0.01)
    assert strip.middle == pytest.approx(100 * 6.3 / 10.6, abs=0.01)
    assert strip.low < strip.left < strip.middle < strip.right < strip.high


def test_a_scale_of_nothing_has_zero_in_its_middle() -> None:
    still = Spread(*(0.0,) * 6, 0.0, 0.0, 1.0)
    assert Scale.of([still]).strip(still).zero == 50.0


def test_both_sides_of_a_lever_are_shown_with_who_expects_what(section: WhatIfSection) -> None:
    paid, as_it_was = section.items
    told = {c.label: (c.claimed, c.who, c.borne) for c in paid.sides}
    assert told == {
        "Fighters": ("more", "W1", "as expected"),
        "Cost at home": ("", "W1", ""),
        "Recruits": ("more", "C01", "as expected"),
    }
    cost = next(c for c in paid.sides if c.label == "Cost at home")
    assert (cost.median, cost.words) == ("+0.5", "higher in 100 of 100 draws")
    assert paid.brief.startswith("Fighters: higher in 90 of 100 draws; Cost at home: higher")
    assert as_it_was.sides == ()


def test_an_effect_against_what_is_expected_is_called_so(
    paid_run: ReportInput, answers: WhatIfInput
) -> None:
    found = answers.contrasts
    assert found is not None
    turned = replace(found.items[0], scenario=2 * found.items[0].reference
                     - found.items[0].scenario)  # fmt: skip
    section = whatif_section(
        paid_run, replace(answers, contrasts=replace(found, items=(turned, found.items[1])))
    )
    assert section is not None
    told = {c.label: c.borne for c in section.items[0].sides}
    assert told["Recruits"] == "against what is expected"


def test_loops_that_a_lever_runs_into_are_followed_round(section: WhatIfSection) -> None:
    paid, as_it_was = section.items
    assert paid.loops == (
        "L1 Growth (reinforcing): Recruits higher in 90 of 100 draws; Fighters higher in 90 of "
        "100 draws.",
    )
    assert as_it_was.loops == ()


def test_what_a_what_if_changes_is_said(section: WhatIfSection) -> None:
    paid = section.items[0]
    assert paid.does == ("sets pay to 1",)
    assert paid.span == "January 2021 to March 2021"
    assert paid.note == "Paid at once."
    assert paid.claims == ("W1",)


def test_a_flow_is_drawn_summed_up_to_each_month(section: WhatIfSection) -> None:
    fighters, recruits = section.items[0].figures
    # medians of (d - 1) k for k = 1, 2, 3
    assert recruits.rows["q"][2] == [8.5, 17, 25.5]
    assert recruits.unit == "change so far, people"
    assert fighters.rows["q"][2] == [8.5, 17, 25.5]
    assert fighters.unit == "change, people"
    assert section.items[1].figures == ()


def test_side_effects_leave_out_what_was_told(section: WhatIfSection) -> None:
    labels = [c.label for c in section.items[0].effects]
    assert not {"Fighters", "Recruits", "Cost at home"} & set(labels)


def test_how_much_was_fitted_is_said(paid_run: ReportInput, answers: WhatIfInput) -> None:
    left = replace(paid_run, provenance={"posterior": {"from_prior": ["hazard"]}})
    section = whatif_section(left, answers)
    assert section is not None
    assert section.fitted.startswith("Of 2 uncertain parameters 1 were fitted")
    bare = whatif_section(replace(paid_run, fitted=False), answers)
    assert bare is not None
    assert bare.fitted == "All 2 uncertain parameters come from their priors."


def test_the_figures_are_those_of_the_contrast(paid: object, paid_run: ReportInput) -> None:
    """With real contrasts, the words on the page are the numbers of the draws."""
    model = paid_run.case.model
    parameters = simulate(model, n_draws=40, seed=3)["parameters"]
    full = np.zeros((40, len(model.parameters)))
    for j, p in enumerate(model.parameters):
        known = p.name in parameters["parameter"].values
        full[:, j] = parameters.sel(parameter=p.name) if known else p.value
    found = contrast(model, ["paid"], full, horizon=12, seed=3)
    given = WhatIfInput(contrasts=found, names={"paid": ("recruitment",)})
    section = whatif_section(paid_run, given)
    assert section is not None
    extra = found["paid"].total("recruitment", "sum")
    up = round(100 * float((extra > 0).mean()))
    words = section.tables[0].groups[0][1][0].change.words
    assert words.startswith("higher in")
    assert str(up) in words


class Balance(HTMLParser):
    """Counts what is opened and not closed."""

    VOID = frozenset(("br", "img", "input", "link", "meta", "wbr"))

    def __init__(self) -> None:
        super().__init__()
        self.open: list[str] = []
        self.wrong: list[str] = []
        self.ids: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.ids += [v for k, v in attrs if k == "id" and v]
        if tag not in self.VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.ids += [v for k, v in attrs if k == "id" and v]

    def handle_endtag(self, tag: str) -> None:
        if tag in self.VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.wrong.append(tag)


def test_the_page_is_well_formed_and_its_links_lead_somewhere(paid_run: ReportInput) -> None:
    page = render_report(paid_run)
    parser = Balance()
    parser.feed(page)
    assert parser.wrong == []
    assert parser.open == []
    assert len(parser.ids) == len(set(parser.ids))
    targets = {part.split('"')[0] for part in page.split("<script")[0].split('href="#')[1:]}
    assert {"claims", "ledger-C01", "claim-C01", "w-paid"} <= targets
    assert targets <= set(parser.ids)
    # what strangers wrote stays text
    assert "<b>pay</b>" not in page
    assert "This run answers none of them" not in page


def test_the_sections_stand_in_the_order_of_the_contents(paid_run: ReportInput) -> None:
    page = render_report(paid_run)
    places = [page.index(f'<section id="{id}"') for id in ("fit", "whatif", "claims", "loops")]
    assert places == sorted(places)
    contents = [page.index(f'<li><a href="#{id}"') for id in ("whatif", "claims", "loops")]
    assert contents == sorted(contents)
    assert contents[-1] < places[0]


def test_without_answers_nothing_of_it_is_on_the_page(paid_run: ReportInput) -> None:
    page = render_report(replace(paid_run, whatif=None))
    for id in ("whatif", "claims", "fragile", "loops"):
        assert f'id="{id}"' not in page
        assert f'href="#{id}"' not in page
    assert 'class="meta" href="#claim-' not in page


# ------------------------------------------------------------------------------ beside a forecast


def _with_forecast(run: ReportInput, units: list[str], months: int) -> ReportInput:
    """A forecast of 4 a month in every draw, of as many months as are asked for."""
    series = Draws(
        np.full((len(units), months, 10), 4), Month.parse("2020-12"), tuple(range(1, months + 1)),
        np.array(units), "series", "count", "case", 1,
    )  # fmt: skip
    return replace(run, forecast=ForecastInput(SimpleNamespace(series=series)))  # type: ignore[arg-type]


def test_where_no_months_are_shared_it_says_that_the_reference_runs_free(
    paid_run: ReportInput, answers: WhatIfInput, section: WhatIfSection
) -> None:
    found = whatif_section(_with_forecast(paid_run, ["other"], 3), answers)
    assert found is not None
    assert "take levels from the forecast" in found.notes[-1]
    # without a forecast there is nothing to confuse it with
    assert section.notes == answers.notes
