"""Who asks through a reverse proxy: the last address in `X-Forwarded-For` that is no proxy's."""

from collections.abc import Awaitable, Callable, Sequence
from ipaddress import IPv4Network, IPv6Network, ip_address, ip_network

from aiohttp import web
from aiohttp.typedefs import Middleware

HEADER = "X-Forwarded-For"
_Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
_Network = IPv4Network | IPv6Network


def client_address(remote: str, forwarded: str, proxies: Sequence[_Network]) -> str:
    """Return the address of who asks: `remote`, or what proxies that are believed say of it.

    Each proxy adds the address it was asked from at the end, so whatever a client wrote itself stands before
    it and is never reached. An entry that is no address ends the search.
    """
    address = remote
    for entry in reversed(forwarded.split(",")):
        if not _is_within(address, proxies) or not _is_address(entry.strip()):
            break
        address = entry.strip()
    return address


def behind(proxies: Sequence[str]) -> Middleware:
    """Return the middleware that gives each request the address of who asks."""
    networks = [ip_network(one) for one in proxies]

    @web.middleware
    async def replace_remote(request: web.Request, handler: _Handler) -> web.StreamResponse:
        forwarded = ",".join(request.headers.getall(HEADER, ()))
        remote = request.remote or ""
        address = client_address(remote, forwarded, networks)
        return await handler(request if address == remote else request.clone(remote=address))

    return replace_remote


def _is_within(address: str, networks: Sequence[_Network]) -> bool:
    return _is_address(address) and any(ip_address(address) in one for one in networks)


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True
