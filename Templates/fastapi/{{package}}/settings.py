"""The settings, from the environment and ``.env``: ``.env.example`` lists them."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field, ValidationError
from pydantic_settings import BaseSettings, SettingsConfigDict

import pa_env


class Settings(BaseSettings):
    """Each setting is the variable of its name in upper case, such as ``MAX_PIECES``.

    One without a default, such as ``api_key: SecretStr``, is required.
    """

    model_config = SettingsConfigDict(env_ignore_empty=True, hide_input_in_errors=True)

    currency: str = "EUR"
    max_pieces: int = Field(default=100, ge=1)


def read_settings() -> Settings:
    """Return the settings.

    :raises RuntimeError: if a required one is missing; the message says where to set it.
    :raises ValidationError: if a value is wrong; the message does not show the value.
    """
    pa_env.load(Path(__file__).resolve().parent.parent)
    try:
        return Settings()
    except ValidationError as error:
        for problem in error.errors():
            if problem["type"] == "missing":
                pa_env.required(str(problem["loc"][0]).upper())
        raise


settings = read_settings()
