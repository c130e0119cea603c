"""Ask for the passphrase of a file that is encrypted."""

import sys

import click

from pipeline.cli.session import Session


def ask_passphrase(session: Session, variable: str, *, kept_as: str, of: str, why: str, new: bool) -> str:
    """Return a passphrase from the environment, a file or the keyring, else as it is typed.

    ``variable`` names it in the environment, ``kept_as`` in the keyring; ``of`` and ``why`` say what it opens.

    Raises:
        UsageError: when there is none, or a new one is too short to keep anybody out.
    """
    from pipeline.errors import UsageError
    from pipeline.secret_sources import check_passphrase, read_secret

    given = read_secret(session.environ, variable, kept_as)
    if not given and sys.stdin.isatty():
        given = click.prompt(f"Passphrase of {of}", hide_input=True, confirmation_prompt=new, err=True)
    if not given:
        raise UsageError(
            f"{why}: type its passphrase when asked, or put it into the environment as {variable} or into a file "
            f"named by {variable}_FILE."
        )
    if new:
        check_passphrase(given)
    return str(given)
