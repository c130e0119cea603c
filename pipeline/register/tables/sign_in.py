"""The tables of the register about signing in; ``schema`` has the others, and what is said there holds here.

Of a link, a session and a code only a hash is kept: a person who reads the register can sign in with none of them.
"""

from sqlalchemy import Column, ForeignKey, Index, Integer, Table, Text, UniqueConstraint

from pipeline.register.store.utc_datetime import UtcDateTime
from pipeline.register.tables.common import metadata, school_key
from pipeline.register.tables.declared import GivingRights, OnPeople, declared

_SIGNED_IN = "who is signed in, which has codes of its own"

# A link that signs a person in, once.
sign_in_link = Table(
    "sign_in_link",
    metadata,
    Column("id", Integer, primary_key=True),
    school_key(),
    Column("token_sha256", Text, nullable=False),
    Column("account", Text),  # work address in small letters; None: the computer's own
    Column("named", Text, nullable=False),  # who decides in the session that it opens
    Column("way", Text, nullable=False),  # as in sign_ins.SignInWay
    Column("made_at", UtcDateTime, nullable=False),
    Column("ends_at", UtcDateTime, nullable=False),
    Column("used_at", UtcDateTime),
    Column("refused_at", UtcDateTime),  # when it was first tried in vain
    UniqueConstraint("school", "token_sha256"),
    Index(None, "school", "account"),
    info=declared(
        GivingRights(("token_sha256",)),
        unsealed=_SIGNED_IN,
        people=OnPeople("signing in", "Sign-in links made for you", goes=True),
    ),
)

# A person is signed in, in one browser.
web_session = Table(
    "web_session",
    metadata,
    Column("id", Integer, primary_key=True),
    school_key(),
    Column("token_sha256", Text, nullable=False),
    Column("account", Text),  # as above
    *(Column(name, Text, nullable=False) for name in ("named", "way", "browser")),
    Column("opened_at", UtcDateTime, nullable=False),
    Column("seen_at", UtcDateTime, nullable=False),  # to the minute
    Column("ends_at", UtcDateTime, nullable=False),  # however busy it is
    Column("step_until", UtcDateTime),  # until when its second step counts
    Column("ended_at", UtcDateTime),
    Column("ended_because", Text),  # as in sign_ins.Ending
    Column("in_groups", Text),  # a line each: the groups of the sign-in that gave rights
    UniqueConstraint("school", "token_sha256"),
    Index(None, "school", "account"),
    info=declared(
        GivingRights(("token_sha256",), ("seen_at",)),
        unsealed=_SIGNED_IN,
        people=OnPeople("signing in", "Where you were signed in", goes=True),
    ),
)

# A code for the second step of one session, printed on the computer where the program runs.
step_code = Table(
    "step_code",
    metadata,
    Column("id", Integer, primary_key=True),
    school_key(),
    Column("session", Integer, ForeignKey("web_session.id"), nullable=False),
    *(Column(name, Text, nullable=False) for name in ("salt", "code_hash")),
    Column("made_at", UtcDateTime, nullable=False),
    Column("ends_at", UtcDateTime, nullable=False),
    Column("wrong", Integer, nullable=False, default=0),  # how often another was typed
    Column("spent_at", UtcDateTime),  # used, replaced by a newer one, or given up
    Index(None, "session"),
    info=declared(GivingRights(("code_hash", "wrong")), unsealed=_SIGNED_IN),
)
