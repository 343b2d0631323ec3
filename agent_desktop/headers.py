"""Headers that keep a page from being used against its reader, on every answer."""

from collections.abc import Awaitable, Callable

from aiohttp import web

CONTENT_SECURITY_POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; img-src 'self'; "
    "media-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
_ALWAYS = {
    "Content-Security-Policy": CONTENT_SECURITY_POLICY,
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(self)",
}
_TRANSPORT = "max-age=31536000"


def add_security_headers(*, is_https: bool) -> Callable[[web.Request, web.StreamResponse], Awaitable[None]]:
    """Return the signal handler that adds the headers; nothing is kept by caches unless it says so."""

    async def add(_: web.Request, response: web.StreamResponse) -> None:
        response.headers.update(_ALWAYS)
        response.headers.setdefault("Cache-Control", "no-store")
        response.headers.popall("Server", None)
        if is_https:
            response.headers["Strict-Transport-Security"] = _TRANSPORT

    return add
