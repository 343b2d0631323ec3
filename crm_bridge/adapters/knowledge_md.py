"""The city's scripts and articles: Markdown with front matter, one file for each article and language.

`knowledge/<id>.<language>.md` begins with YAML between two lines `---`: `title`, `kind` (script or
article), `topics`, `queues`, `keywords`, `checked` (a date). Kind, topics, queues and date are read from the
Polish file and must be the same in the others. Markdown is CommonMark with tables; HTML in it stays text,
images are left out, and links lead to http, https, mailto and tel addresses or nowhere. Every mistake is one
`ConfigError` that names file, line and reason.
"""

import hashlib
import json
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import yaml
from markdown_it import MarkdownIt
from pydantic import BaseModel, ConfigDict, ValidationError

from contact.codec import to_plain
from contact.ids import QueueId, TopicId
from contact.knowledge import Article, ArticleKind, ArticleText, Knowledge
from crm_bridge.adapters.catalogue_yaml import Line
from runtime.section import ConfigError

LANGUAGES = ("pl", "en")
BODY_CHARACTERS_MAX = 20_000
WORDS_MAX = 400
_NAME = re.compile(r"(?P<id>[a-z][a-z0-9_]{0,63})\.(?P<language>[a-z]{2})\.md")
_FENCE = "---"
_LINKS = re.compile(r"^(https?:|mailto:|tel:|#)", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]{3,}")


class _FrontMatter(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)

    title: Line
    kind: ArticleKind = ArticleKind.ARTICLE
    topics: list[str] = []
    queues: list[str] = []
    keywords: list[Line] = []
    checked: date


@dataclass(frozen=True, slots=True)
class _File:
    path: Path
    article: str
    language: str
    front: _FrontMatter
    body: str


def load_knowledge(folder: Path, topics: Iterable[str]) -> Knowledge:
    """Return everything in `folder`, nothing where there is none; raise `ConfigError`."""
    if not folder.is_dir():
        return Knowledge(version="", articles=())
    known = frozenset(topics)
    files = [_read(path, known) for path in sorted(folder.glob("*.md"))]
    by_article: dict[str, dict[str, _File]] = {}
    for one in files:
        by_article.setdefault(one.article, {})[one.language] = one
    markdown = _markdown()
    articles = tuple(_article(name, found, markdown) for name, found in by_article.items())
    text = json.dumps([to_plain(one) for one in articles], ensure_ascii=True)
    return Knowledge(version=hashlib.sha256(text.encode("ascii")).hexdigest()[:12], articles=articles)


def _read(path: Path, topics: frozenset[str]) -> _File:
    named = _NAME.fullmatch(path.name)
    if named is None or named["language"] not in LANGUAGES:
        raise ConfigError(f"{path}: is to be named <id>.<language>.md, language {' or '.join(LANGUAGES)}")
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: {error}") from None
    if not lines or lines[0] != _FENCE or _FENCE not in lines[1:]:
        raise ConfigError(f"{path}:1: begins with front matter between two lines {_FENCE}")
    end = lines.index(_FENCE, 1)
    front = _front_matter(path, "\n".join(lines[1:end]))
    for topic in front.topics:
        if topic not in topics:
            raise ConfigError(f"{path}: topics: no topic {topic!r} in the catalogue")
    body = "\n".join(lines[end + 1 :]).strip()
    if not body or len(body) > BODY_CHARACTERS_MAX:
        raise ConfigError(f"{path}:{end + 2}: 1 to {BODY_CHARACTERS_MAX} characters of text are needed")
    return _File(path=path, article=named["id"], language=named["language"], front=front, body=body)


def _front_matter(path: Path, text: str) -> _FrontMatter:
    try:
        return _FrontMatter.model_validate(yaml.safe_load(text))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = 2 if mark is None else mark.line + 2
        raise ConfigError(f"{path}:{line}: {error.problem or error.context}") from None
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        reason = "unknown key" if first["type"] == "extra_forbidden" else first["msg"]
        place = ".".join(str(part) for part in first["loc"]) or "front matter"
        raise ConfigError(f"{path}: {place}: {reason}") from None


def _article(name: str, found: dict[str, _File], markdown: MarkdownIt) -> Article:
    missing = [language for language in LANGUAGES if language not in found]
    if missing:
        path = next(iter(found.values())).path
        raise ConfigError(f"{path}: {name}.{missing[0]}.md is missing beside it")
    first = found[LANGUAGES[0]]
    for one in found.values():
        for key in ("kind", "topics", "queues", "checked"):
            if getattr(one.front, key) != getattr(first.front, key):
                raise ConfigError(f"{one.path}: {key}: differs from {first.path.name}")
    return Article(
        article=name,
        kind=first.front.kind,
        topics=tuple(TopicId(one) for one in first.front.topics),
        queues=tuple(QueueId(one) for one in first.front.queues),
        checked=first.front.checked.isoformat(),
        texts=tuple(
            ArticleText(
                language=language,
                title=found[language].front.title,
                html=markdown.render(found[language].body),
                words=(*found[language].front.keywords, *_words(found[language].body)),
            )
            for language in LANGUAGES
        ),
    )


def _words(body: str) -> list[str]:
    """Return the different words of a text, in their order, that it can be found by."""
    return list(dict.fromkeys(word.lower() for word in _WORD.findall(body)))[:WORDS_MAX]


def _markdown() -> MarkdownIt:
    markdown = MarkdownIt("commonmark", {"html": False}).enable("table").disable("image")
    markdown.validateLink = lambda url: _LINKS.match(url.strip()) is not None  # type: ignore[method-assign]
    return markdown
