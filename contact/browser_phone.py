"""How a phone in the browser is told from a desk phone, and what lets it in.

Each consultant has two endpoints in Asterisk: `<extension>`, the desk phone, and `<extension>-web`, the
page. The page never learns the second one's secret: its SIP travels through the desk's own server, which
knows by the session who sits there and signs for that phone and for no other.
"""

import hashlib

from contact.ids import Extension

SUFFIX = "-web"


def endpoint_of(extension: Extension) -> str:
    """Return the name of the endpoint in the browser of whoever has `extension`."""
    return extension + SUFFIX


def secret_of(extension: Extension, master: str) -> str:
    """Return the digest secret of that endpoint; `master` is the installation's and never leaves it."""
    key = hashlib.sha256(master.encode()).digest()
    return hashlib.blake2b(extension.encode(), key=key, digest_size=32, person=b"browser phone").hexdigest()
