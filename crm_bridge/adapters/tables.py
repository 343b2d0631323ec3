"""The bridge's tables.

Moments are seconds since the Unix epoch in UTC, as everywhere (`contact.times`). Topics and units are
loaded from the city's files at every start and never deleted, only retired, so that cases keep their
foreign keys. `contacts` holds what routing reported and `wrap_ups` what the consultant said of it: the two
arrive in either order. A row of `outbox` is one delivery; `idempotency_key` is what the other side knows it
by and never changes, `kind` says whether it is the case itself or `news` of it, `body` is fixed by the first
attempt, so that each repetition is the same request.
`photo_requests` are codes by which photos may be sent to a case, `case_photos` what came: `address_key` ends
the address that the CRM gets, `digest` names the file that was sent, erased pictures are null.
`voicemails` has the messages that callers left, by call; whose they are stands in `contacts`.
`kept_talks` has the recorded talks, one for each offer that was answered; their sound is a file of the vault.
`callers` are people; several share a number, and `caller_contacts` has what else they are known by.
`call_people` says who was on a call, `case_calls` which calls concern a case besides the one it was filed in,
`case_reporters` who else reported it: `known_as` is their number, or a key where they have none. The columns
`folded` hold words without capitals and diacritics, to be searched.
The columns of `contacts` have no length limit: a record of a call is never refused for an odd number.
"""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    CheckConstraint,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    UniqueConstraint,
)

from runtime.db import metadata

callers = Table(
    "callers",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("number", String(32), nullable=False),
    Column("name", String(200), nullable=False),
    Column("language", String(8), nullable=False),
    Column("tags", JSON, nullable=False),
    Column("folded", String(200), nullable=False, server_default=""),
    UniqueConstraint("number", "name"),
)

caller_contacts = Table(
    "caller_contacts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("caller_id", Integer, ForeignKey("callers.id"), nullable=False),
    Column("kind", String(16), nullable=False),
    Column("value", String(200), nullable=False),
    Column("folded", String(200), nullable=False),
    UniqueConstraint("caller_id", "kind", "value"),
    CheckConstraint("kind IN ('phone', 'email', 'address')", name="kind"),
    Index(None, "kind", "value"),
)

call_people = Table(
    "call_people",
    metadata,
    Column("call", Text, primary_key=True),
    Column("caller_id", Integer, ForeignKey("callers.id"), nullable=False),
    Column("agent", String(64), nullable=False),
    Column("identified_at", Double, nullable=False),
)

contacts = Table(
    "contacts",
    metadata,
    Column("call", Text, primary_key=True),
    Column("caller", Text, nullable=False),
    Column("dialled", Text, nullable=False),
    Column("language", Text, nullable=False),
    Column("queue", Text),
    Column("agent", Text),
    Column("outcome", Text, nullable=False),
    Column("path", JSON, nullable=False),
    Column("topic", Text, nullable=False),
    Column("arrived_at", Double, nullable=False),
    Column("queued_at", Double),
    Column("connected_at", Double),
    Column("ended_at", Double, nullable=False),
    Column("wait_s", Double, nullable=False),
    Column("talk_s", Double, nullable=False),
    Column("offers", Integer, nullable=False),
    Index(None, "caller", "arrived_at"),
    Index(None, "arrived_at"),
)

wrap_ups = Table(
    "wrap_ups",
    metadata,
    Column("call", String(128), primary_key=True),
    Column("agent", String(64), nullable=False),
    Column("disposition", String(64), nullable=False),
    Column("note", Text, nullable=False),
    Column("recorded_at", Double, nullable=False),
)

units = Table(
    "units",
    metadata,
    Column("unit", String(64), primary_key=True),
    Column("names", JSON, nullable=False),
    Column("district", String(64), nullable=False),
    Column("catalogue_version", String(16), nullable=False),
    Column("retired", Boolean, nullable=False),
)

topics = Table(
    "topics",
    metadata,
    Column("topic", String(64), primary_key=True),
    Column("titles", JSON, nullable=False),
    Column("topic_group", String(64), nullable=False),
    Column("unit", String(64), ForeignKey("units.unit"), nullable=False),
    Column("skill", String(64), nullable=False),
    Column("catalogue_version", String(16), nullable=False),
    Column("retired", Boolean, nullable=False),
)

case_counters = Table(
    "case_counters",
    metadata,
    Column("year", Integer, primary_key=True, autoincrement=False),
    Column("last", Integer, nullable=False),
)

cases = Table(
    "cases",
    metadata,
    Column("number", String(16), primary_key=True),
    Column("topic", String(64), ForeignKey("topics.topic"), nullable=False),
    Column("title", String(200), nullable=False),
    Column("unit", String(64), ForeignKey("units.unit"), nullable=False),
    Column("unit_reason", String(400), nullable=False),
    Column("description", Text, nullable=False),
    Column("caller", String(32), nullable=False),
    Column("call", String(128)),
    Column("agent", String(64)),
    Column("district", String(64), nullable=False),
    Column("address", String(400), nullable=False),
    Column("answers", JSON, nullable=False),
    Column("status", String(16), nullable=False),
    Column("reference", String(128), nullable=False),
    Column("opened_at", Double, nullable=False),
    Column("promised_at", Double),
    Column("catalogue_version", String(16), nullable=False),
    Column("latitude", Double),
    Column("longitude", Double),
    Column("northing", Double),
    Column("easting", Double),
    Column("folded", String(400), nullable=False, server_default=""),
    Column("media_urls", JSON, nullable=False, server_default="[]"),
    CheckConstraint("status IN ('open', 'delivered', 'undeliverable', 'closed')", name="status"),
    Index(None, "caller", "opened_at"),
    Index(None, "call"),
    Index(None, "status"),
    Index(None, "topic", "opened_at"),
)

case_events = Table(
    "case_events",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("case_number", String(16), ForeignKey("cases.number"), nullable=False),
    Column("kind", String(32), nullable=False),
    Column("detail", Text, nullable=False),
    Column("happened_at", Double, nullable=False),
    Index(None, "case_number"),
)

case_calls = Table(
    "case_calls",
    metadata,
    Column("case_number", String(16), ForeignKey("cases.number"), primary_key=True),
    Column("call", String(128), primary_key=True),
    Column("reason", String(16), nullable=False),
    Column("agent", String(64), nullable=False),
    Column("linked_at", Double, nullable=False),
    CheckConstraint("reason IN ('reporter', 'about')", name="reason"),
    Index(None, "call"),
)

case_reporters = Table(
    "case_reporters",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("case_number", String(16), ForeignKey("cases.number"), nullable=False),
    Column("known_as", String(200), nullable=False),
    Column("call", String(128)),
    Column("agent", String(64), nullable=False),
    Column("added_at", Double, nullable=False),
    UniqueConstraint("case_number", "known_as"),
    Index(None, "known_as"),
)

idempotency_keys = Table(
    "idempotency_keys",
    metadata,
    Column("key", String(200), primary_key=True),
    Column("fingerprint", String(64), nullable=False),
    Column("case_number", String(16), ForeignKey("cases.number")),
    Column("created_at", Double, nullable=False),
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("case_number", String(16), ForeignKey("cases.number"), nullable=False),
    Column("idempotency_key", String(64), nullable=False, unique=True),
    Column("body", Text),
    Column("state", String(16), nullable=False),
    Column("attempts", Integer, nullable=False),
    Column("next_at", Double, nullable=False),
    Column("claimed_by", String(64)),
    Column("claimed_until", Double),
    Column("last_error", Text, nullable=False),
    Column("created_at", Double, nullable=False),
    Column("ended_at", Double),
    Column("kind", String(16), nullable=False, server_default="case"),
    Column("news", JSON),
    CheckConstraint("state IN ('pending', 'delivered', 'refused')", name="state"),
    CheckConstraint("kind IN ('case', 'reporter', 'note', 'media', 'photo', 'photo_removed')", name="kind"),
    Index(None, "state", "next_at"),
    Index(None, "case_number", "id"),
)

photo_requests = Table(
    "photo_requests",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("code_hash", String(64), nullable=False, unique=True),
    Column("case_number", String(16), ForeignKey("cases.number"), nullable=False),
    Column("agent", String(64), nullable=False),
    Column("call", String(128)),
    Column("made_at", Double, nullable=False),
    Column("expires_at", Double, nullable=False),
    Column("withdrawn_at", Double),
    Column("taken", Integer, nullable=False),
    Index(None, "case_number"),
)

case_photos = Table(
    "case_photos",
    metadata,
    Column("id", String(32), primary_key=True),
    Column("case_number", String(16), ForeignKey("cases.number"), nullable=False),
    Column("request", String(32), ForeignKey("photo_requests.id"), nullable=False),
    Column("address_key", String(32), nullable=False, unique=True),
    Column("digest", String(64), nullable=False),
    Column("width", Integer, nullable=False),
    Column("height", Integer, nullable=False),
    Column("taken_at", Double, nullable=False),
    Column("removed_at", Double),
    Column("removed_by", String(64)),
    Column("thumbnail", LargeBinary),
    Column("picture", LargeBinary),
    UniqueConstraint("case_number", "digest"),
    Index(None, "removed_at"),
)

voicemails = Table(
    "voicemails",
    metadata,
    Column("call", Text, primary_key=True),
    Column("left_at", Double, nullable=False),
    Column("duration_s", Double, nullable=False),
    Column("audio", LargeBinary, nullable=False),
    Column("done_at", Double),
    Column("done_by", String(64)),
    Index(None, "done_at", "left_at"),
)

kept_talks = Table(
    "kept_talks",
    metadata,
    Column("recording", String(64), primary_key=True),
    Column("call", Text, nullable=False),
    Column("offer", String(128), nullable=False, unique=True),
    Column("agent", String(64), nullable=False),
    Column("queue", Text, nullable=False),
    Column("consented_at", Double, nullable=False),
    Column("began_at", Double, nullable=False),
    Column("duration_s", Double, nullable=False),
    Column("size", BigInteger, nullable=False),
    Column("pauses", JSON, nullable=False),
    Index(None, "call"),
    Index(None, "began_at"),
    Index(None, "agent", "began_at"),
)
