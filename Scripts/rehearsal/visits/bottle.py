"""A visitor tells a Bottle project their name, and gives it a file."""

from __future__ import annotations

from rehearsal.problems import expect
from rehearsal.visits import Desk

OPTIONS: list[str] = []

VISITOR = "Zoë <i>& Co</i>"
FILE = "a-picture.png"
CONTENTS = bytes(range(256)) * 300


def first(desk: Desk) -> str:
    """Fill in both forms, forge one, and upload too much."""
    browser = desk.browser
    expect("the status of the profile", browser.visit("/profile"), 200)
    expect("the title of the profile", browser.text("h1"), "Who are you?")
    # 40rem in style.css.
    expect("the width of the page", browser.style("body", "max-width"), "640px")

    browser.fill("Your name", VISITOR)
    expect("the status after a name", browser.submit("Save"), 200)
    expect("the title after a name", browser.text("h1"), f"Hello, {VISITOR}")
    expect("the name in the field", browser.value("Your name"), VISITOR)
    cookie = browser.cookie("session")
    safety = [cookie.get(name) for name in ("httpOnly", "sameSite")]
    expect("the safety of the cookie", safety, [True, "Lax"])

    picture, large = desk.folder / FILE, desk.folder / "large.bin"
    picture.write_bytes(CONTENTS)
    large.write_bytes(bytes(1_100_000))
    browser.attach("A file of yours", picture)
    expect("the status after an upload", browser.submit("Upload"), 200)
    _download(desk)
    browser.attach("A file of yours", large)
    expect("the status of a large upload", browser.submit("Upload"), 413)
    # The title's words differ between Pythons.
    problem = browser.text("p >> nth=0")
    expect("the page of a large upload", problem, "Send at most 1,000,000 bytes.")

    for token in ({}, {"token": ""}, {"token": "forged"}):
        statuses = browser.forge("/profile", {"name": "forged", **token})
        expect(f"the statuses of a forged name with {token}", statuses, {403})
    expect("the status of no page", browser.visit("/no-such-page"), 404)
    expect("the error page", browser.text("h1"), "404 Not Found")
    expect("its width", browser.style("body", "max-width"), "640px")
    expect("the link of the error page", browser.follow("To the front page"), 200)
    return "keeps a name and a file from its forms, and refuses forged ones"


def again(desk: Desk) -> str:
    """Find the name and the file again."""
    expect("the status of the profile", desk.browser.visit("/profile"), 200)
    title = desk.browser.text("h1")
    expect("the title of the profile", title, f"Hello, {VISITOR}")
    _download(desk)
    return "still has the name and the file after another deployment"


def _download(desk: Desk) -> None:
    name, contents = desk.browser.download("Download your file")
    expect("the name of the download", name, FILE)
    expect("the download is what was uploaded", contents == CONTENTS, True)
