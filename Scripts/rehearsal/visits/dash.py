"""A visitor of the Dash project in docs/templates.md changes its graph."""

from __future__ import annotations

from rehearsal.problems import expect
from rehearsal.visits import Desk

OPTIONS: list[str] = []


def first(desk: Desk) -> str:
    """Type another rate, and open the other page."""
    browser = desk.browser
    expect("the status of the page", browser.visit("/"), 200)
    browser.find("5 percent a year")
    browser.fill("Growth in percent", "7")
    browser.find("7 percent a year")
    expect("the status of the other page", browser.visit("/about"), 200)
    browser.find("This page is made by Dash.")
    return "draws its graph again for another rate, and has another page"


def again(desk: Desk) -> str:
    """Do the same after another deployment."""
    first(desk)
    return "still does so after another deployment"
