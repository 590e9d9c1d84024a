"""What the app answers: one function for each page."""

from flask import Blueprint

blueprint = Blueprint("handlers", __name__)


@blueprint.get("/")
def main() -> str:
    """Answer ``GET /``."""
    return "Hello from Flask"
