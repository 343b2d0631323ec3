"""SIP of a phone in the browser on its way to Asterisk: what may pass, and its digest answers made true.

The page answers a challenge (RFC 7616, as SIP uses it) without knowing a secret. Its answer is taken apart
and made anew with the secret of the endpoint that belongs to the desk's session; one in another name is
refused, so that nobody signs for anybody else.
"""

import hashlib
import re

METHODS = frozenset({"REGISTER", "INVITE", "ACK", "BYE", "CANCEL", "INFO", "UPDATE", "OPTIONS"})
_FIRST_LINE = re.compile(r"(?P<method>[A-Z]+) \S+ SIP/2\.0\r\n|SIP/2\.0 [1-6][0-9]{2} [^\r\n]*\r\n")
_ANSWER = re.compile(
    r"^(?P<name>(?:Proxy-)?Authorization)[ \t]*:[ \t]*(?P<value>.*?)\r?$", re.IGNORECASE | re.MULTILINE
)
_FIELD = re.compile(r'([a-z]+)=(?:"([^"]*)"|([^",\s]+))', re.IGNORECASE)


class NotSip(ValueError):
    """A message that no phone of ours sends; the text says why, without its content."""


def signed(message: str, endpoint: str, secret: str) -> str:
    """Return what Asterisk gets for a page's `message`, its digest answer made true; raise `NotSip`."""
    first = _FIRST_LINE.match(message)
    if first is None:
        raise NotSip("not a SIP message")
    method = first["method"]
    if method is None:
        return message
    if method not in METHODS:
        raise NotSip(f"the method {method[:20]}")
    head, blank, body = message.partition("\r\n\r\n")

    def answer(found: re.Match[str]) -> str:
        return f"{found['name']}: {_answer(found['value'], method, endpoint, secret)}"

    return f"{_ANSWER.sub(answer, head)}{blank}{body}"


def _answer(given: str, method: str, endpoint: str, secret: str) -> str:
    """Return the digest answer to the challenge that `given` answers, for `endpoint`; raise `NotSip`."""
    fields = {name.lower(): quoted or bare for name, quoted, bare in _FIELD.findall(given)}
    if not given.lower().startswith("digest ") or fields.get("username") != endpoint:
        raise NotSip("an answer in another name")
    if fields.get("algorithm", "MD5").upper() != "MD5" or fields.get("qop", "auth") != "auth":
        raise NotSip("an answer of another kind")
    realm, nonce, uri = (fields.get(name, "") for name in ("realm", "nonce", "uri"))
    who, what = _md5(f"{endpoint}:{realm}:{secret}"), _md5(f"{method}:{uri}")
    parts = [
        f'username="{endpoint}"',
        f'realm="{realm}"',
        f'nonce="{nonce}"',
        f'uri="{uri}"',
        "algorithm=MD5",
    ]
    if "qop" in fields:
        count, own = fields.get("nc", ""), fields.get("cnonce", "")
        response = _md5(f"{who}:{nonce}:{count}:{own}:auth:{what}")
        parts += ["qop=auth", f'cnonce="{own}"', f"nc={count}"]
    else:
        response = _md5(f"{who}:{nonce}:{what}")
    if "opaque" in fields:
        parts.append(f'opaque="{fields["opaque"]}"')
    parts += ["algorithm=MD5", f'response="{response}"']
    return f"Digest {', '.join(parts)}"


def _md5(text: str) -> str:
    """Return the digest that SIP asks for; what it protects here is one hop on this machine."""
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()
