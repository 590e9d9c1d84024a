"""The price list, which a worker reads once."""

from __future__ import annotations

import json
from decimal import Decimal
from pathlib import Path
from typing import Annotated

from fastapi import Depends, Request

# An absolute path: on PythonAnywhere, the working directory is another one.
FILE = Path(__file__).resolve().parent / "prices.json"


def read_prices() -> dict[str, Decimal]:
    """Return what one piece of each thing costs."""
    prices: dict[str, str] = json.loads(FILE.read_text("utf-8"))
    return {name: Decimal(price) for name, price in prices.items()}


async def of_worker(request: Request) -> dict[str, Decimal]:
    """Return the price list that the worker has read in ``lifespan``."""
    prices: dict[str, Decimal] = request.state.prices
    return prices


Prices = Annotated[dict[str, Decimal], Depends(of_worker)]
"""The type of a parameter that FastAPI fills with the price list."""
