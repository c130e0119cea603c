"""Where the reader acts on what a letter tells: the desk's page of it where the school serves one, else the command."""

from pipeline.config import Config


def way_to_act(config: Config, page: str, command: str) -> str:
    """Return the address of ``page`` (a path of the desk), or ``command`` where no desk can be reached."""
    base = config.web.base_url.rstrip("/")
    return f"{base}{page}" if base else command


def is_address(way: str) -> bool:
    """Return whether a way to act is an address to open, and not a command to type."""
    return way.startswith(("http://", "https://"))
