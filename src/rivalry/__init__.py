"""Models of armed rivalries: from a report's claims to simulated, questioned trajectories."""

__version__ = "0.1.0"

__all__ = ["__version__"]
