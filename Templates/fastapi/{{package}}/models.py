"""The models: the data that requests and responses have."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated

from pydantic import BaseModel, Field

from .settings import settings


class Item(BaseModel):
    """A line of an order."""

    name: Annotated[str, Field(max_length=100)]
    pieces: Annotated[int, Field(ge=1, le=settings.max_pieces)] = 1


class Order(BaseModel):
    """What a visitor sends."""

    items: Annotated[list[Item], Field(min_length=1, max_length=100)]


class Receipt(BaseModel):
    """What the visitor gets."""

    total: Decimal
    currency: str
