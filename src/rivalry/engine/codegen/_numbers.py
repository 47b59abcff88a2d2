"""Numbers by which kernels report what broke: flows from 0, everything else from its own base."""

LEVELS = 100_000
OBSERVATIONS = 200_000
STOCKS = 300_000
