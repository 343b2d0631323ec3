"""Server-rendered pages: the templates, the words of both languages, the built bundle."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from aiohttp import web
from jinja2 import Environment, FileSystemLoader, StrictUndefined

from contact.errors import CentralaError

HERE = Path(__file__).parent
DIST = HERE / "web" / "dist"
LANGUAGES = ("pl", "en")
LANGUAGE_COOKIE = "centrala_language"
THEME_COOKIE = "centrala_theme"
THEMES = ("light", "dark")


class BundleMissing(CentralaError):
    """The browser's part has not been built."""


def read_texts(folder: Path = HERE / "texts") -> dict[str, dict[str, str]]:
    """Return every text by language and key."""
    return {
        language: json.loads((folder / f"{language}.json").read_text(encoding="utf-8"))
        for language in LANGUAGES
    }


class Pages:
    """Renders the pages from the templates and the manifest of the bundle."""

    def __init__(self, *, dist: Path = DIST) -> None:
        """Read templates, texts and manifest once; raise `BundleMissing` where `dist` was not built."""
        self.dist = dist
        try:
            manifest = json.loads((dist / "manifest.json").read_text(encoding="utf-8"))
        except FileNotFoundError:
            message = f"{dist}: the desk was not built; run `npm ci && npm run build` in agent_desktop/web"
            raise BundleMissing(message) from None
        self._manifest: Mapping[str, str] = manifest
        self._texts = read_texts()
        self._environment = Environment(
            loader=FileSystemLoader(HERE / "templates"), autoescape=True, undefined=StrictUndefined
        )

    def asset(self, name: str) -> str:
        """Return the address of a file of the bundle, which changes with its content."""
        return f"/assets/{self._manifest[name]}"

    def render(self, template: str, request: web.Request, **values: Any) -> web.Response:
        """Return a page in the language and the theme of the request."""
        language = language_of(request)
        theme = request.query.get("theme", request.cookies.get(THEME_COOKIE, ""))
        text = self._environment.get_template(template).render(
            t=self._texts[language],
            language=language,
            theme=theme if theme in THEMES else "",
            asset=self.asset,
            **values,
        )
        return web.Response(text=text, content_type="text/html")


def language_of(request: web.Request) -> str:
    """Return the language of the page: asked for in the address, chosen before, the browser's, or Polish."""
    chosen = request.query.get("language", request.cookies.get(LANGUAGE_COOKIE, ""))
    if chosen in LANGUAGES:
        return chosen
    for part in request.headers.get("Accept-Language", "").split(",")[:10]:
        wanted = part.split(";")[0].strip().lower()[:2]
        if wanted in LANGUAGES:
            return wanted
    return LANGUAGES[0]
