"""The Vega libraries, from the wheel of vl-convert: no JavaScript library lives in this project."""

from __future__ import annotations

from functools import cache

import vl_convert


@cache
def vega_bundle() -> str:
    """Return one script with Vega-Embed, Vega-Lite and Vega, safe inside a script element.

    It is wrapped in a function, because the bundle declares hundreds of short names that would
    otherwise be shared with every other script of the page.
    """
    code = str(vl_convert.javascript_bundle("window.vegaEmbed = vegaEmbed;"))
    # Inside strings and comments, where alone these could stand, the backslash changes nothing.
    code = code.replace("</script", "<\\/script").replace("<!--", "<\\!--")
    return "(function () {\n" + code + "\n})();"
