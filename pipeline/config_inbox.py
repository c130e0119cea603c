"""The settings of the mailbox in which what comes back arrives; ``config`` has the others."""

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, model_validator

from pipeline.config_values import Line


class InboxSection(BaseModel):
    """``[inbox]``: the mailbox in which bounces and replies arrive."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True, use_attribute_docstrings=True)

    route: Literal["", "imap"] = ""
    """``imap`` reads it; empty reads none."""
    host: Line = ""
    """The mail server's name."""
    port: int = Field(default=993, ge=1, le=65535)
    """Its port."""
    security: Literal["none", "starttls", "tls"] = "tls"
    """How the connection is made safe."""
    user: Line = ""
    """Who signs in; the password comes from POLICY_INBOX_PASSWORD or the keyring."""
    folder: Line = "INBOX"
    """The folder that is read; nothing in it is moved or marked."""
    own: bool = False
    """It is the mailbox of these mails alone: what staff write to it counts also where it answers none of our mails."""

    @model_validator(mode="after")
    def _imap_is_complete(self) -> "InboxSection":
        if self.route == "imap" and not self.host:
            raise ValueError('host: route = "imap" needs the name of the mail server')
        if self.route == "imap" and not self.user:
            raise ValueError('user: route = "imap" needs whose mailbox it is, as the mail server knows them')
        return self

    @property
    def mailbox(self) -> str:
        """What the place in it is kept under."""
        return f"{self.user}@{self.host}/{self.folder}"
