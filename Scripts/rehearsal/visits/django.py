"""A superuser of a Django project logs in to the admin, and a visitor signs the guestbook."""

from __future__ import annotations

from rehearsal.problems import expect
from rehearsal.visits import Desk

OPTIONS: list[str] = []

USER, PASSWORD = "ada", "an engine of 1843"
ROW = "<b>Grüße</b> & a 🐍"
SIGNED = "'quoted' %s"

ACCOUNT = [
    "cd ~/hello",
    "[ ! -d ~/.virtualenvs/hello ] || source ~/.virtualenvs/hello/bin/activate",
    f"export DJANGO_SUPERUSER_PASSWORD='{PASSWORD}'",
    f"python manage.py createsuperuser --noinput --username {USER} --email a@example.com",
]


def first(desk: Desk) -> str:
    """Log in to the admin, save a row there, sign the guestbook, and forge an entry."""
    browser = desk.browser
    desk.console(ACCOUNT)
    expect("the status of the admin", browser.visit("/admin/"), 200)
    _expect_style(desk)
    _log_in(desk, "wrong")
    problem = browser.text(".errornote").split(".")[0]
    expected = "Please enter the correct username and password for a staff account"
    expect("the problem of a wrong password", problem, expected)
    _log_in(desk, PASSWORD)
    expect("the title of the admin", browser.text("#content h1"), "Site administration")
    _expect_style(desk)
    for name, is_hidden in (("sessionid", True), ("csrftoken", False)):
        cookie = browser.cookie(name)
        safety = [cookie.get(key) for key in ("secure", "httpOnly", "sameSite")]
        expect(f"the safety of the cookie {name}", safety, [True, is_hidden, "Lax"])

    expect("the status of a new row", browser.visit("/admin/hello/entry/add/"), 200)
    browser.fill("Name:", "Ada")
    browser.fill("Text:", ROW)
    expect("the status after a row", browser.submit("Save"), 200)
    expect("the rows", browser.text("#result_list td.field-text"), ROW)

    expect("the status of the guestbook", browser.visit("/guestbook/"), 200)
    browser.fill("Name:", "Grace")
    browser.fill("Text:", SIGNED)
    expect("the status after an entry", browser.submit("Sign"), 200)
    _expect_entries(desk)
    for token in ({}, {"csrfmiddlewaretoken": ""}, {"csrfmiddlewaretoken": "forged"}):
        statuses = browser.forge("/guestbook/", {"name": "x", "text": "x", **token})
        expect(f"the statuses of a forged entry with {token}", statuses, {403})
    browser.visit("/guestbook/")
    _expect_entries(desk)
    expect("the status of no page", browser.visit("/no-such-page"), 404)
    expect("the error page", browser.text("h1"), "Not found")
    return "logs in to the admin, sees its style, saves a row, and refuses forged ones"


def again(desk: Desk) -> str:
    """Find the rows and the session again."""
    browser = desk.browser
    expect("the status of the rows", browser.visit("/admin/hello/entry/"), 200)
    _expect_style(desk)
    expect("the newest row", browser.text("td.field-text >> nth=0"), SIGNED)
    expect("the oldest row", browser.text("td.field-text >> nth=1"), ROW)
    browser.visit("/guestbook/")
    _expect_entries(desk)
    return "still has the rows and the session after another deployment"


def _log_in(desk: Desk, password: str) -> None:
    desk.browser.fill("Username:", USER)
    desk.browser.fill("Password:", password)
    expect("the status after a login", desk.browser.submit("Log in"), 200)


def _expect_style(desk: Desk) -> None:
    # The color of the header in css/base.css of the admin.
    color = desk.browser.style("#header", "background-color")
    expect("the color of the admin's header", color, "rgb(65, 118, 144)")


def _expect_entries(desk: Desk) -> None:
    entries = desk.browser.text("ul").split("\n")
    expect("the guestbook", entries, [f"Grace: {SIGNED}", f"Ada: {ROW}"])
