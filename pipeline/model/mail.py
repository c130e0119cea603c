"""What a message is for, and where it stands in the outbox."""

from enum import StrEnum


class DeliveryState(StrEnum):
    """Where one message stands in the outbox."""

    PENDING = "pending"
    SENDING = "sending"
    """Claimed and about to be handed over; found after a crash it is in doubt."""
    SENT = "sent"
    WRITTEN = "written"
    """Put into a file by the folder route: never counted as sent."""
    DEFERRED = "deferred"
    BOUNCED = "bounced"
    CANCELLED = "cancelled"


NOT_GONE = (DeliveryState.PENDING, DeliveryState.DEFERRED)
"""A message in one of these waits, and may still be cancelled."""


class MailKind(StrEnum):
    """What a message is for; part of its key, so that nothing goes twice."""

    READING = "reading"
    """Policies to read or sign, copies attached."""
    STARTER = "starter"
    """The pack on joining."""
    NOTICE = "notice"
    """A small change, nothing asked."""
    CONTACTS = "contacts"
    """Who the safeguarding lead or a deputy is now, with the renewed copies; nothing is asked."""
    DECLARATION = "declaration"
    """What is to be declared for the school year."""
    REMINDER = "reminder"
    """Policies, or declarations, that were asked for and are not recorded yet."""
    OWNER = "owner"
    """Reviews that are late or near, to the person who looks after them."""
    OPEN = "open"
    """Everything that is open for the person who looks after policies, and for the office: once a week."""
    GUIDANCE = "guidance"
    """A new edition of guidance that policies rest on, to the person who looks after them."""
    PAPERS = "papers"
    """The papers of a governors' meeting, to the clerk."""
    LATE = "late"
    """Who is late with a reading, to the policy's owner, their line manager or the head."""
    OFFICE = "office"
    """What the school office has to do for people whom mail does not reach, and what readers wrote back or asked."""
    SUMMARY = "summary"
    """How policies stand, for the governors, once a term: to the clerk, or the chair."""
    HEAD = "head"
    """The ledger's newest signed head, to the clerk, who keeps it outside the school's computers."""
    ANSWER = "answer"
    """To a person who wrote to a mailbox that nobody watches."""
    ANNOUNCEMENT = "announcement"
    """The head's words on how to tell the school's mail, before the first that asks for anything."""
    SIGN_IN = "sign-in"
    """The link that signs a person with an account in, once and for a short while."""
    LINK = "link"
    """The address of a reader's own page, for which they asked."""
