"""The journal database's tables.

`entry` is the truth. The projections below it say what is so now and can always be rebuilt from
it; the monitor's own bookkeeping (checkpoint, consumed, inbox, heartbeat) commits in the same
transaction. Times are RFC 3339 UTC text, so they sort and read alike everywhere.
`seq` in a projection is the entry that last changed the row.

A change here needs a new file in `journal/migrations/versions`; a test compares the two.
"""

from sqlalchemy import (
    JSON,
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    UniqueConstraint,
    literal_column,
)

metadata = MetaData()

# SQLite keys a table by a column only when its type is spelled INTEGER (64 bits there).
_SEQ = BigInteger().with_variant(Integer, "sqlite")

# "Nothing" is SQL's NULL, not the JSON text `null`, so that `IS NULL` means what it says.
_JSON = JSON(none_as_null=True)

# One row: which journal this is. `epoch` is random, so a reader notices a replaced journal.
journal_identity = Table(
    "journal_identity",
    metadata,
    Column("plant", String, primary_key=True),
    Column("epoch", String, nullable=False),
)

entry = Table(
    "entry",
    metadata,
    Column("seq", _SEQ, primary_key=True, autoincrement=False),
    Column("plant", String, nullable=False),
    Column("time", String, nullable=False),
    Column("known_at", String, nullable=False),
    Column("kind", String, nullable=False, index=True),
    Column("subject", String, nullable=False, index=True),
    Column("actor", String, nullable=False),
    Column("body", Text, nullable=False),  # canonical JSON, exactly as hashed
    Column("previous_hash", String, nullable=False),
    Column("hash", String, nullable=False, unique=True),
)

# Verdicts alone, by cell, with all that a past matrix asks of an entry: see `journal.past`.
# With `kind`, though it is the same in all of them, SQLite need not look into the entries.
Index(
    "entry_verdict",
    entry.c.subject,
    entry.c.seq,
    entry.c.time,
    entry.c.known_at,
    entry.c.kind,
    sqlite_where=entry.c.kind == literal_column("'verdict'"),
    postgresql_where=entry.c.kind == literal_column("'verdict'"),
)

# --- projections: current state, one row a subject -----------------------------------------

alarm = Table(
    "alarm",
    metadata,
    Column("id", String, primary_key=True),
    Column("kind", String, nullable=False),  # what it watches, see alarms/alarm.py
    Column("signal", String),
    Column("equipment", String),
    Column("active", Boolean, nullable=False),
    Column("acknowledged", Boolean, nullable=False),
    Column("priority", String, nullable=False),
    Column("level", String),  # of limit alarms
    Column("occurrence", Integer, nullable=False),
    Column("value", _JSON),
    Column("limit", _JSON),
    Column("unit", String),
    Column("latched", Boolean, nullable=False),  # stands until a person resets it
    Column("suppressed_by", String),  # the suppression that holds it back now
    Column("message", _JSON, nullable=False),  # {zh, en}
    Column("raised_at", String, nullable=False),  # time of the latest annunciation
    Column("changed_at", String, nullable=False),
    Column("known_at", String, nullable=False),
    Column("acknowledged_by", String),
    Column("acknowledged_at", String),
    Column("seq", BigInteger, nullable=False),
)

interlock = Table(
    "interlock",
    metadata,
    Column("id", String, primary_key=True),
    Column("equipment", String, nullable=False),
    Column("state", String, nullable=False),  # see monitor/changes.py
    Column("since", String, nullable=False),
    Column("reason", _JSON),  # {zh, en} or null
    Column("votings", _JSON),  # how each cause votes: as designed, and as faults leave it
    Column("last_demand", String),
    Column("seq", BigInteger, nullable=False),
)

demand = Table(
    "demand",
    metadata,
    Column("id", String, primary_key=True),
    Column("interlock", String, nullable=False, index=True),
    Column("time", String, nullable=False),
    Column("result", String, nullable=False),  # open, or how it ended, see monitor/changes.py
    Column("bypassed", Boolean, nullable=False),  # when it opened
    Column("first_out", _JSON),  # limit ids: one, or several that cannot be told apart
    Column("causes", _JSON, nullable=False),
    Column("effects", _JSON, nullable=False),
    Column("seq", BigInteger, nullable=False),
)

bypass = Table(
    "bypass",
    metadata,
    Column("id", String, primary_key=True),  # interlock/signal/start
    Column("interlock", String, nullable=False, index=True),
    Column("signal", String, nullable=False),
    Column("started_at", String, nullable=False),
    Column("ended_at", String),
    Column("seq", BigInteger, nullable=False),
)

verdict = Table(
    "verdict",
    metadata,
    Column("criterion", String, primary_key=True),
    Column("subject", String, primary_key=True),
    Column("verdict", String, nullable=False),  # pass, fail, suspect, unknown, not_applicable
    Column("stale", Boolean, nullable=False),  # a fail or suspect whose data are lost
    Column("since", String, nullable=False),
    Column("reasons", _JSON, nullable=False),
    Column("seq", BigInteger, nullable=False),
)

violation = Table(
    "violation",
    metadata,
    Column("id", String, primary_key=True),
    Column("criterion", String, nullable=False, index=True),
    Column("subject", String, nullable=False, index=True),
    Column("kind", String, nullable=False),  # fail, suspect, exceedance, unknown
    Column("since", String, nullable=False),
    Column("until", String),  # null while it stands
    Column("stale", Boolean, nullable=False),
    Column("reasons", _JSON, nullable=False),
    Column("seq", BigInteger, nullable=False),
)

evidence = Table(
    "evidence",
    metadata,
    Column("id", String, primary_key=True),
    Column("type", String, nullable=False),
    Column("subject", String, nullable=False, index=True),
    Column("name", _JSON, nullable=False),
    Column("performed_at", String, nullable=False),
    Column("valid_until", String),  # null: as long as the criterion says
    Column("ok", Boolean, nullable=False),  # false: the record itself tells of a fault
    Column("criterion", String),  # of a statement that it does not apply
    Column("actor", String, nullable=False),
    Column("seq", BigInteger, nullable=False),
)

node = Table(
    "node",
    metadata,
    Column("id", String, primary_key=True),
    Column("state", String, nullable=False),  # online, catching_up, offline
    Column("since", String, nullable=False),
    Column("seq", BigInteger, nullable=False),
)

plant_version = Table(
    "plant_version",
    metadata,
    Column("version", String, primary_key=True),  # SHA-256 of the folder's text
    Column("applied_at", String, nullable=False),
    Column("files", _JSON, nullable=False),  # file name → text
    Column("seq", BigInteger, nullable=False),  # the largest is the applied version
)

PROJECTIONS = (
    alarm,
    interlock,
    demand,
    bypass,
    verdict,
    violation,
    evidence,
    node,
    plant_version,
)

# --- the monitor's bookkeeping ---------------------------------------------------------------

checkpoint = Table(
    "checkpoint",
    metadata,
    Column("block", String, primary_key=True),
    Column("content", LargeBinary, nullable=False),
)

consumed = Table(
    "consumed",
    metadata,
    Column("node", String, primary_key=True),
    Column("spool", String, nullable=False),
    Column("offset", BigInteger, nullable=False),
)

heartbeat = Table(
    "heartbeat",
    metadata,
    Column("writer", String, primary_key=True),
    Column("beat_at", String, nullable=False),
    Column("judged_until", String, nullable=False),
    Column("detail", _JSON, nullable=False),
)

inbox = Table(
    "inbox",
    metadata,
    Column("id", _SEQ, primary_key=True),
    Column("idempotency_key", String, nullable=False),
    Column("actor", String, nullable=False),
    Column("kind", String, nullable=False),
    Column("body", _JSON, nullable=False),
    Column("asked_at", String, nullable=False),
    Column("state", String, nullable=False),  # asked, answered, withdrawn
    Column("answer", _JSON),
    UniqueConstraint("actor", "idempotency_key", name="inbox_once"),
    # The monitor looks for new acts in every transaction, however long the inbox has become.
    Index("inbox_waiting", "state", "id"),
    # The number of a deleted row is never given to another act.
    sqlite_autoincrement=True,
)
