"""Orders: what things cost, and what an order costs."""

from __future__ import annotations

import logging
from decimal import Decimal

from fastapi import APIRouter, BackgroundTasks, HTTPException

from ..models import Order, Receipt
from ..prices import Prices
from ..settings import settings

router = APIRouter(prefix="/orders", tags=["orders"])
log = logging.getLogger(__name__)


@router.get("/prices")
async def show_prices(prices: Prices) -> dict[str, Decimal]:
    """Show what one piece of each thing costs."""
    return prices


@router.post("/", responses={404: {"description": "We do not sell one of the things."}})
async def take_order(
    order: Order, prices: Prices, background: BackgroundTasks
) -> Receipt:
    """Add up what an order costs."""
    for item in order.items:
        if item.name not in prices:
            raise HTTPException(404, f"We do not sell {item.name}.")
    total = sum((prices[item.name] * item.pieces for item in order.items), Decimal())
    # This runs after the response. Keep it short: the worker waits for its end.
    background.add_task(log.info, "an order of %s %s", total, settings.currency)
    return Receipt(total=total, currency=settings.currency)
