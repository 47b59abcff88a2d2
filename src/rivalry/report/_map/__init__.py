"""The map: states that act, and located events."""

from rivalry.report._map._draw import ROLES, Map, Maps, Mark, Shape, maps, named_states
from rivalry.report._map._geometry import Country, Projection, clip, countries, holds

__all__ = [
    "ROLES",
    "Country",
    "Map",
    "Maps",
    "Mark",
    "Projection",
    "Shape",
    "clip",
    "countries",
    "holds",
    "maps",
    "named_states",
]
