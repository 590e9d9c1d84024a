"""A visitor orders something from a FastAPI project: one POST with JSON from the browser."""

from __future__ import annotations

from rehearsal.problems import expect
from rehearsal.visits import Desk

OPTIONS: list[str] = []

ORDER = {"items": [{"name": "pear", "pieces": 2}, {"name": "apple"}]}
RECEIPT = {"total": "2.10", "currency": "EUR"}


def first(desk: Desk) -> str:
    """Open the documentation and the prices, and order possible and impossible things."""
    browser = desk.browser
    # Its scripts come from another site, which may be out of reach.
    expect("the status of the documentation", browser.visit("/docs"), 200)
    expect("its title", browser.title(), "Hello - Swagger UI")
    _order(desk)
    unknown = {"items": [{"name": "gold"}]}
    expected = (404, {"detail": "We do not sell gold."})
    expect(
        "the answer to an unknown thing", browser.send("/orders/", unknown), expected
    )
    status, problem = browser.send("/orders/", {"items": []})
    expect("the status of an empty order", status, 422)
    places = [detail["loc"] for detail in problem["detail"]]
    expect("its problem", places, [["body", "items"]])
    expect("the status of no page", browser.visit("/no-such-page"), 404)
    return "shows its documentation, takes an order, and refuses impossible ones"


def again(desk: Desk) -> str:
    """Order once more: the new workers have read the prices, too."""
    _order(desk)
    return "still takes an order after another deployment"


def _order(desk: Desk) -> None:
    expect("the status of the prices", desk.browser.visit("/orders/prices"), 200)
    receipt = desk.browser.send("/orders/", ORDER)
    expect("the receipt", receipt, (200, RECEIPT))
