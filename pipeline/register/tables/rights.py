"""Which tables of the register can give a person a right, and why the others give none.

A row that opens a page, or lets a person decide, is believed only with its code (``ledger.keyed_rows``). Every table is
in one of the two lists below; a test fails for a new one that nobody has put there. Who has an account, and what it may
do, stands in ``config.toml`` and, of a trust, in ``trust.toml``: no table holds it.
"""

from collections.abc import Mapping
from dataclasses import dataclass

CODE = "mac"
"""The column with the code of a row that gives rights."""


@dataclass(frozen=True, slots=True)
class GivingRights:
    """How the rows of one table give a right."""

    told_by: tuple[str, ...]
    """The columns that tell one right from another: what the ledger names when it has ended."""
    last_used: tuple[str, ...] = ()
    """The columns that every use changes; all others are bound."""


GIVING_RIGHTS: Mapping[str, GivingRights] = {
    "sign_in_link": GivingRights(("token_sha256",)),
    "web_session": GivingRights(("token_sha256",), ("seen_at",)),
    "step_code": GivingRights(("code_hash", "wrong")),
    "person": GivingRights(("token_key",)),
}
"""Each opens something to a person who holds what its hash or key is of."""
_RECORDS = "a record of what was done or decided; who may decide is told before"
_SETTLED = "what the program works out of documents, lists and settings"
_MAIL = "mail and what became of it; a link in it is believed by its own row"
_ITSELF = "the register's own upkeep"
_LEDGER = "the ledger, which has heads and a seal of its own"
GIVING_NONE: Mapping[str, str] = {
    **dict.fromkeys(
        (
            *("acknowledgement", "approval", "away", "card_slip", "card_stack", "contact_confirmation"),
            *("contact_settlement", "correction", "cover", "declaration", "erasure", "fact_override", "group_told"),
            *("kept_state", "person_hold", "reader_report", "settled_report", "website_copy"),
        ),
        _RECORDS,
    ),
    **dict.fromkeys(
        (
            *("declaration_deadline", "declaration_request", "policy", "policy_copy", "policy_version", "request"),
            *("request_deadline", "shared_reading", "source_content", "source_file"),
        ),
        _SETTLED,
    ),
    "engagement": "as what somebody is at the school; their page is opened by the row of the person",
    "engagement_state": "every state of an engagement, for a look back",
    "person_state": "every state of a person, for a look back: no page is opened by it",
    **dict.fromkeys(
        (
            *("campaign", "declaration_told", "delivery", "inbox_item", "inbox_place", "letter_body", "mail_hold"),
            *("mail_route", "message", "told"),
        ),
        _MAIL,
    ),
    **dict.fromkeys(("job_run", "school"), _ITSELF),
    **dict.fromkeys(
        ("evidence_print", "ledger_frontier", "ledger_head", "ledger_opening", "ledger_record", "ledger_seal"), _LEDGER
    ),
}
"""Why each of the other tables gives no right."""
