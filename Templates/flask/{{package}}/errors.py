"""The error pages. An exception also goes to the error log, with its traceback."""

from flask import render_template
from werkzeug.exceptions import HTTPException
from werkzeug.wrappers import Response


def page(error: HTTPException) -> Response:
    """Return the page of an error, such as 404, 405 or 500."""
    # The response of the error has its header fields, such as Allow.
    response = Response.force_type(error.get_response())
    response.data = render_template("error.html", error=error)
    response.content_type = "text/html; charset=utf-8"
    return response
