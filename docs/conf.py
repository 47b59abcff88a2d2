"""Sphinx configuration; build with `make docs`."""

from __future__ import annotations

import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
sys.path[:0] = [str(HERE / "_ext"), str(HERE.parent / "src")]

import rivalry  # noqa: E402

project = "rivalry"
author = "the rivalry authors"
copyright = author
version = release = rivalry.__version__

extensions = ["myst_parser", "sphinx.ext.autodoc", "sphinx.ext.napoleon", "claims", "error_codes"]
source_suffix = {".md": "markdown"}
root_doc = "index"
exclude_patterns = ["_build", "decisions/template.md"]

myst_enable_extensions = ["colon_fence", "deflist", "dollarmath"]
myst_heading_anchors = 3

autodoc_typehints = "description"
napoleon_google_docstring = False

# Sphinx's own theme: one dependency fewer, and no script or font from elsewhere.
html_theme = "alabaster"
html_theme_options = {
    "description": "Stochastic models of armed rivalries",
    "fixed_sidebar": False,
    "page_width": "1060px",
    "font_family": "system-ui, sans-serif",
    "head_font_family": "system-ui, sans-serif",
}
html_sidebars = {"**": ["about.html", "searchfield.html", "navigation.html"]}
html_static_path = ["_static"]
html_copy_source = False
