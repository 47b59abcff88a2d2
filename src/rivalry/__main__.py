"""Run the command line as ``python -m rivalry``."""

import sys

from rivalry.cli import main

sys.exit(main())
