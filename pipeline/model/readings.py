"""Requests to read, and how people say that they have."""

from enum import StrEnum


class Occasion(StrEnum):
    """On which occasion a person is asked to read."""

    VERSION = "version"
    """A version that is new to its readers."""
    JOINING = "joining"
    """The first pack of a person who joins."""
    YEARLY = "yearly"
    """The school year's repeat of what was read before."""
    TRAINING = "training"
    """A session that a person attends."""


class RequestState(StrEnum):
    """Where one request to one person stands, as lists show it."""

    OWED = "owed"
    ACKNOWLEDGED = "acknowledged"
    AWAY = "away"
    ELSEWHERE = "elsewhere"
    """Another school of the trust asks for it, for both."""
    CLOSED = "closed"


class AcknowledgementMethod(StrEnum):
    """How an acknowledgement was given; every report says which."""

    PAGE = "page"
    """The reader's own form on the personal page."""
    PAPER = "paper"
    """A signed sheet, entered by a named person."""
    FORM = "form"
    """The school's own form, its export imported."""
    REPLY = "reply"
    """“I have read” in a reply to the mail that asked, from the address that it went to."""
    SESSION = "session"
    """Present at a training session, by its attendance list, entered by a named person."""
    BASELINE = "baseline"
    """Taken over from last year's sheet."""
    ELSEWHERE = "elsewhere"
    """At another school of the trust, which asked for it once for both; the ledger has which version there."""
