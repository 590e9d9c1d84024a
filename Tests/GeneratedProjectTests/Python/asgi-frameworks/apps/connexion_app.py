"""Connexion: an API from its description, with requests and responses checked."""

from __future__ import annotations

from typing import Any

from connexion import AsyncApp
from connexion.resolver import RelativeResolver

DESCRIPTION: dict[str, Any] = {
    "openapi": "3.0.0",
    "info": {"title": "site", "version": "1"},
    "paths": {
        "/": {
            "get": {
                "operationId": "main",
                "responses": {"200": {"description": "a greeting"}},
            }
        },
        "/post": {
            "post": {
                "operationId": "post",
                "requestBody": {
                    "content": {
                        "application/x-www-form-urlencoded": {
                            "schema": {
                                "type": "object",
                                "properties": {"a": {"type": "string"}},
                            }
                        }
                    }
                },
                "responses": {"200": {"description": "the form"}},
            }
        },
    },
}


async def main() -> dict[str, str]:
    return {"hello": "from Connexion"}


def post(body: dict[str, str]) -> dict[str, str]:
    return body


app = AsyncApp(__name__)
app.add_api(DESCRIPTION, resolver=RelativeResolver(__name__), validate_responses=True)
