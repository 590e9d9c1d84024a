"""Finds the region of PythonAnywhere that a domain is in, and the token for it."""

from __future__ import annotations

import urllib.parse
from collections.abc import Mapping
from dataclasses import dataclass

from pa_new_deploy.problems import BadSite, BadToken, NoToken, OtherSite

US = "www.pythonanywhere.com"
EU = "eu.pythonanywhere.com"

# PythonAnywhere sets this variable in its consoles.
SITE_VARIABLE = "PYTHONANYWHERE_SITE"
TOKEN_VARIABLE = "API_TOKEN"


@dataclass(frozen=True)
class Region:
    """One of PythonAnywhere's two regions, each with an API of its own."""

    address: str
    """The address of its API, without a path."""
    is_loopback: bool = False
    """Whether it is a fake API on this computer, which also serves the pages."""

    def pages(self, domain: str) -> list[str]:
        """Return the URLs at which a domain's first page is requested, in turn.

        The host's own domains have a certificate; a custom domain may not have one yet.
        """
        if self.is_loopback:
            return [self.address + "/"]
        secure = [f"https://{domain}/"]
        is_own = domain.endswith(".pythonanywhere.com")
        return secure if is_own else [*secure, f"http://{domain}/"]


def find(domain: str, environment: Mapping[str, str]) -> Region:
    """Return the region that a domain is in.

    A domain of PythonAnywhere names its region. For any other domain
    ``PYTHONANYWHERE_SITE`` does (default: the US region). The token is sent only to
    PythonAnywhere and to this computer, whatever the variable says.
    """
    site = environment.get(SITE_VARIABLE, "").strip().rstrip("/")
    own = None
    if domain.endswith(".eu.pythonanywhere.com"):
        own = EU
    elif domain.endswith(".pythonanywhere.com"):
        own = US
    if not site:
        return Region(f"https://{own or US}")
    if "://" in site or site.startswith(("127.0.0.1:", "localhost:")):
        return Region(_loopback(site), is_loopback=True)
    named = site.lower()
    if named not in (US, EU):
        raise BadSite(site)
    if own is not None and named != own:
        raise OtherSite(site, domain)
    return Region(f"https://{named}")


def _loopback(site: str) -> str:
    """Return the address of a fake API, for tests and rehearsals."""
    address = site if "://" in site else "https://" + site
    try:
        url = urllib.parse.urlsplit(address)
        port = url.port
    except ValueError:
        raise BadSite(site) from None
    is_plain = not (url.path or url.query or url.fragment or "@" in url.netloc)
    if url.scheme not in ("http", "https") or not port or not is_plain:
        raise BadSite(site)
    if url.hostname not in ("127.0.0.1", "localhost"):
        raise BadSite(site)
    return f"{url.scheme}://{url.hostname}:{port}"


def token_or_empty(environment: Mapping[str, str]) -> str:
    """Return the token as it is set, valid or not; empty if there is none."""
    return environment.get(TOKEN_VARIABLE, "").strip()


def token(environment: Mapping[str, str]) -> str:
    """Return the token. If it is not valid, no error shows its value."""
    value = token_or_empty(environment)
    if not value:
        raise NoToken
    if not all("!" <= character <= "~" for character in value):
        raise BadToken
    return value
