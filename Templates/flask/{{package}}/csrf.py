"""Protection from forged requests: a form on another site cannot act for your visitor.

Each form has a hidden field with the token of the visitor's session, which other sites
cannot read. Write ``{{ csrf_field() }}`` into each ``<form method="post">``. JavaScript
can send the token in the header ``X-CSRF-Token`` instead. JSON needs no token.
"""

import hmac
import secrets

from flask import Flask, abort, current_app, request, session
from markupsafe import Markup

FIELD = "csrf_token"

# What a form on another site can send. For JSON, its browser would first ask this site.
FORM_TYPES = (
    "",
    "application/x-www-form-urlencoded",
    "multipart/form-data",
    "text/plain",
)


def protect(app: Flask) -> None:
    """Refuse each form, and what else can change something, if it has no token."""
    app.before_request(check)
    app.add_template_global(field, "csrf_field")


def field() -> Markup:
    """Return the hidden field of a form."""
    return Markup('<input type="hidden" name="{}" value="{}">').format(FIELD, token())


def token() -> str:
    """Return the token of the visitor's session."""
    if FIELD not in session:
        session[FIELD] = secrets.token_urlsafe(32)
    return str(session[FIELD])


def check() -> None:
    """Refuse a request without the token of the visitor's session."""
    # A request without a route gets its own error, such as 404.
    if request.method in ("GET", "HEAD", "OPTIONS") or request.routing_exception:
        return
    if request.mimetype not in FORM_TYPES:
        return
    expected = str(session.get(FIELD, ""))
    sent = request.headers.get("X-CSRF-Token") or request.form.get(FIELD, "")
    if not sent:
        current_app.logger.warning(
            "the form sent to %r has no token: write {{ csrf_field() }} into it",
            request.path,
        )
    if not expected or not hmac.compare_digest(expected.encode(), sent.encode()):
        abort(400, "Your session has ended. Open the page again, and repeat it.")
