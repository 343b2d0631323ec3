"""What consultants read while they talk: scripts to be spoken and articles to be looked up."""

from dataclasses import dataclass
from enum import StrEnum

from contact.commands import Request
from contact.ids import QueueId, TopicId


class ArticleKind(StrEnum):
    """A script is read out to the caller, an article is looked up."""

    SCRIPT = "script"
    ARTICLE = "article"


@dataclass(frozen=True, slots=True, kw_only=True)
class ArticleText:
    """An article in one language: `html` holds only what Markdown makes, `words` what it can be found by."""

    language: str
    title: str
    html: str
    words: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Article:
    """A text of the city for some topics and queues; `checked` is the day on which it was last read over."""

    article: str
    kind: ArticleKind
    topics: tuple[TopicId, ...]
    queues: tuple[QueueId, ...]
    checked: str
    texts: tuple[ArticleText, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Knowledge:
    """All of it; `version` changes whenever any part does."""

    version: str
    articles: tuple[Article, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class GetKnowledge(Request[Knowledge]):
    """Ask for every script and article."""
