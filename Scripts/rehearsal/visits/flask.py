"""A visitor signs the guestbook of a Flask project, which is kept in SQLite."""

from __future__ import annotations

from rehearsal.problems import expect
from rehearsal.visits import Desk

OPTIONS = ["--set", "pages=yes", "--database", "sqlite"]

MESSAGE = "<b>Grüße</b> & a 🐍"


def first(desk: Desk) -> str:
    """Sign the guestbook, make two mistakes, and forge a message."""
    browser = desk.browser
    expect("the status of the guestbook", browser.visit("/guestbook"), 200)
    expect("the empty guestbook", browser.text("li"), "Nobody has written yet.")
    # 40rem in style.css.
    expect("the width of the page", browser.style("body", "max-width"), "640px")

    browser.fill("Message", "   ")
    expect("the status of an empty message", browser.submit("Send"), 400)
    problem = "Write a message of 1 to 200 characters."
    expect("the problem of an empty message", browser.text(".problem"), problem)
    color = browser.style(".problem", "color")
    expect("the color of the problem", color, "rgb(161, 18, 18)")

    browser.fill("Message", MESSAGE)
    expect("the status after a message", browser.submit("Send"), 200)
    expect("the guestbook", browser.text("ul"), MESSAGE)
    cookie = browser.cookie("session")
    safety = [cookie.get(name) for name in ("secure", "httpOnly", "sameSite")]
    expect("the safety of the cookie", safety, [True, True, "Lax"])

    for token in ({}, {"csrf_token": ""}, {"csrf_token": "forged"}):
        statuses = browser.forge("/guestbook", {"text": "forged", **token})
        expect(f"the statuses of a forged message with {token}", statuses, {400})
    browser.visit("/guestbook")
    expect("the guestbook after that", browser.text("ul"), MESSAGE)

    expect("the status of no page", browser.visit("/no-such-page"), 404)
    expect("the error page", browser.text("h1"), "404 Not Found")
    expect("its width", browser.style("body", "max-width"), "640px")
    return "keeps a message from its form, refuses forged ones, and has a style"


def again(desk: Desk) -> str:
    """Find the message and the session again, and sign once more."""
    browser = desk.browser
    cookie = browser.cookie("session")
    browser.visit("/guestbook")
    expect("the guestbook", browser.text("ul"), MESSAGE)
    # Another key would not fit to the cookie: the app would send a new one.
    expect("the cookie", browser.cookie("session"), cookie)
    browser.fill("Message", "Again")
    expect("the status after a message", browser.submit("Send"), 200)
    expect("the guestbook", browser.text("ul").split("\n"), ["Again", MESSAGE])
    return "still has the message and the session after another deployment"
