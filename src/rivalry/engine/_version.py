"""The version of the engine's results, which decides whether a posterior is still good.

Hashing the engine's sources would make every posterior stale with every comment, and a fit takes
hours. This number is raised by hand instead, whenever the same case, data and parameters would
give another likelihood in distribution: another scheme of integration, another reading of a
section of the case file, a mended distribution. A test pins the likelihood of the bundled cases
and fails when it moves (``tests/engine/test_golden.py``), so that nobody forgets.
"""

from __future__ import annotations

#: Raised by one when the engine's results change; posteriors made with another are stale.
RESULTS_VERSION = 1
