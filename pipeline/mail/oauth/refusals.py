"""What a provider's refusal of a sign-in means, in one sentence, and who can lift it."""

import re
from collections.abc import Mapping
from typing import Any

from pipeline.mail.words import one_line

_CODE = re.compile(r"AADSTS(\d+)")
_MICROSOFT = {
    "7000215": (
        "Microsoft does not know the client secret. Put in its value, not its id; your IT provider can make a new one."
    ),
    "7000222": (
        "The client secret has run out. Your IT provider makes a new one; put it in the place of the old one, and its "
        "last day into [mail.oauth] secret_expires where it is that of the mail route."
    ),
    "700016": "Microsoft knows no app of [{table}] client_id in the school's tenant; your IT provider has its id.",
    "90002": "Microsoft knows no tenant of the name in [{table}] tenant; your IT provider can say which it is.",
    "900023": "Microsoft knows no tenant of the name in [{table}] tenant; your IT provider can say which it is.",
    "65001": "Nobody has agreed yet that the app may do this: an administrator of Microsoft 365 has to consent to it.",
    "7000112": "The app is switched off in the school's tenant; your IT provider can switch it on.",
    "53003": "A rule of the school's Microsoft 365 (conditional access) blocks it; your IT provider can allow it.",
    "50057": "The account of {mailbox} is switched off; your IT provider can switch it on.",
    "7000218": (
        "The app lets nobody sign in with a code; your IT provider switches on “Allow public client flows” for it."
    ),
}
"""By the number Microsoft puts into its words; what has another number is told in Microsoft's words.

The numbers may change and are used for wording alone. Source: "Microsoft Entra authentication and authorization error
codes".
"""
_MICROSOFT_ERRORS = {
    "interaction_required": (
        "The sign-in to {mailbox} has ended, as after a change of password: sign in again with 'policy mail check'."
    ),
    "expired_token": "Nobody signed in before the code ran out. Run 'policy mail check' again.",
    "authorization_declined": "Whoever was shown the code declined. Run 'policy mail check' again, as {mailbox}.",
    "access_denied": "Whoever was shown the code declined. Run 'policy mail check' again, as {mailbox}.",
    "authorization_pending": "Nobody signed in before the code ran out. Run 'policy mail check' again.",
}
_GOOGLE = {
    "unauthorized_client": (
        "Google does not let the service account act for {mailbox}. Your Google Workspace administrator adds its "
        "client id with the scope https://mail.google.com/ under Security, API controls, Domain-wide delegation."
    ),
    "invalid_grant": (
        "Google does not take the sign-in for {mailbox}. Your Google Workspace administrator can see whether that "
        "mailbox is there and the service account's key still holds; this computer's clock must be right too."
    ),
    "invalid_client": "Google does not know the service account; your Google Workspace administrator makes a new key.",
    "access_denied": (
        "Google does not let the service account do this. Your Google Workspace administrator can allow it under "
        "Security, API controls."
    ),
}
"""Source: "Using OAuth 2.0 for Server to Server Applications", JWT error codes."""


def say_microsoft(answer: Mapping[str, Any], mailbox: str, table: str = "mail.oauth") -> str:
    """Return what an answer of Microsoft without a token means. ``answer``: keys ``error``, ``error_description``.

    ``table``: of ``config.toml``, which says how it signs in.
    """
    error, words = str(answer.get("error", "")), str(answer.get("error_description", ""))
    code = _CODE.search(words)
    known = _MICROSOFT.get(code[1]) if code else None
    if known is None and error == "invalid_grant":
        known = _MICROSOFT_ERRORS["interaction_required"]
    known = known or _MICROSOFT_ERRORS.get(error)
    return known.format(mailbox=mailbox, table=table) if known else _other("Microsoft", error, words)


def say_google(answer: Mapping[str, Any], mailbox: str) -> str:
    """Return what a refusal of Google means; ``answer`` as for ``say_microsoft``."""
    error, words = str(answer.get("error", "")), str(answer.get("error_description", ""))
    known = _GOOGLE.get(error)
    return known.format(mailbox=mailbox) if known else _other("Google", error, words)


def _other(provider: str, error: str, words: str) -> str:
    first = one_line(words.partition("Trace ID")[0], 200).rstrip(". ")
    said = f": {first or one_line(error, 80)}" if first or error else ""
    return f"{provider} refuses the sign-in{said}. Show this to your IT provider, who can see why."
