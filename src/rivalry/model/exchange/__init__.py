"""The model in forms that other programs read."""

from rivalry.model.exchange._graphml import graphml
from rivalry.model.exchange._xmile import xmile

__all__ = ["graphml", "xmile"]
