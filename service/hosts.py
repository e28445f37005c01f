"""Whom the service answers: who asks under a name that it is known by, and no page of another host in a browser.

A page that a browser got elsewhere can make its host's name mean this machine (DNS rebinding); its requests still
carry that name. And it can send a form to any address, as an upload is one; then its own host stands in Origin.
"""

from __future__ import annotations

from http import HTTPStatus
from ipaddress import IPv4Address, IPv6Address, ip_address
from urllib.parse import urlsplit

from starlette.datastructures import Headers

from service.problems import Problem
from service.settings import Settings

LOCAL = frozenset(("127.0.0.1", "localhost", "[::1]"))
"""Names under which this machine asks itself."""

READING = frozenset(("GET", "HEAD", "OPTIONS"))
"""Methods that change nothing: a page of another host may send them, but a browser does not let it read the answer."""

STRICT = "/mcp"
"""A path that is asked under known names only, wherever the service listens."""


class Hosts:
    """Names under which the service may be asked: this machine's, that of ``host`` and ``allowed_hosts``.

    Where it listens beyond this machine and no hosts are allowed by name, it cannot know its names: then any will do,
    but at ``STRICT``.
    """

    def __init__(self, settings: Settings) -> None:
        allowed = {host.strip().lower() for host in settings.allowed_hosts.split(",") if host.strip()}
        own = settings.host.lower()
        address = _address(own)
        is_everywhere = address is not None and address.is_unspecified  # 0.0.0.0 is nobody's name
        self._names = LOCAL | allowed | (frozenset() if is_everywhere else {f"[{own}]" if ":" in own else own})
        self._is_open = "*" in allowed
        self._is_strict = bool(allowed) or own == "localhost" or (address is not None and address.is_loopback)

    def refusal(self, method: str, path: str, headers: Headers) -> Problem | None:
        """Why a request is not answered; None where it is."""
        host, origin = headers.get("host", ""), headers.get("origin")
        is_strict = self._is_strict or path == STRICT
        if self._is_open:
            return None
        if is_strict and _name(host) not in self._names:
            return _refused(HTTPStatus.MISDIRECTED_REQUEST, path, "host", host)
        if origin is None or method in READING:
            return None
        page = origin.partition("://")[2]
        if _name(page) in self._names or (page and page == host and not is_strict):
            return None
        return _refused(HTTPStatus.FORBIDDEN, path, "origin", origin)


def _refused(status: HTTPStatus, path: str, header: str, given: str) -> Problem:
    detail = f"{path} is not asked under the {header} {given!r}; name its host in IBID_ALLOWED_HOSTS if it may be"
    return Problem(status, status.phrase, detail)


def _name(address: str) -> str:
    """The name in ``name:port``, in small letters; that of an IPv6 address with its brackets."""
    try:
        name = urlsplit(f"//{address}").hostname or ""
    except ValueError:
        return ""
    return f"[{name}]" if ":" in name else name


def _address(host: str) -> IPv4Address | IPv6Address | None:
    try:
        return ip_address(host)
    except ValueError:
        return None
