"""Known models whose signs and loops are in every textbook."""

from __future__ import annotations

from typing import Any

import pytest

Case = dict[str, Any]


@pytest.fixture
def logistic() -> Case:
    """Logistic growth: births rise with numbers, crowding slows them (Verhulst 1838)."""
    return {
        "rivalry": 1,
        "title": "Logistic growth",
        "time": {"start": "2020-01", "end": "2021-12"},
        "stocks": {"numbers": {"initial": 100}},
        "auxiliaries": {
            "crowding": "numbers / capacity",
            "fertility": "growth * exp(-crowding)",
        },
        "flows": {
            "births": {"to": "numbers", "rate": "fertility * numbers"},
            "deaths": {"from": "numbers", "hazard": "mortality"},
        },
        "parameters": {"capacity": 1000, "growth": 0.2, "mortality": 0.05},
    }


@pytest.fixture
def predators() -> Case:
    """Predator and prey (Lotka 1925, Volterra 1926)."""
    return {
        "rivalry": 1,
        "title": "Predator and prey",
        "time": {"start": "2020-01", "end": "2021-12"},
        "stocks": {"prey": {"initial": 1000}, "predators": {"initial": 50}},
        "flows": {
            "breeding": {"to": "prey", "rate": "fertility * prey"},
            "eaten": {"from": "prey", "hazard": "appetite * predators"},
            "cubs": {"to": "predators", "rate": "yield * appetite * prey * predators"},
            "starving": {"from": "predators", "hazard": "0.3"},
        },
        "parameters": {"appetite": 0.01, "yield": 0.1, "fertility": 0.5},
    }


@pytest.fixture
def inventory() -> Case:
    """A stock adjusted to a goal with a delay in the orders (Sterman 2000, chapter 17)."""
    return {
        "rivalry": 1,
        "title": "Inventory",
        "time": {"start": "2020-01", "end": "2021-12"},
        "levels": {
            "inventory": {"initial": 100, "bounds": [0, None], "change": "arrivals - demand"},
            "pipeline": {"initial": 50, "bounds": [0, None], "change": "orders - arrivals"},
        },
        "auxiliaries": {
            "gap": "goal - inventory",
            "orders": "demand + gap / adjustment",
            "arrivals": "pipeline / lead_time",
        },
        "parameters": {"goal": 120, "demand": 10, "adjustment": 4, "lead_time": 3},
    }
