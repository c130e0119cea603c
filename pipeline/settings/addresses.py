"""Web addresses of the settings that the program asks by itself, and whether they lead into the school's own network.

One that is typed on the desk never does, nor a mail server: a person who may change the settings there need not see
what the network has. One that was written into ``config.toml`` by hand is used, and told of with the line that says it
is meant; a mail server inside is nothing to tell of.
"""

from collections.abc import Mapping

from pipeline.config import Config
from pipeline.errors import UsageError
from pipeline.outgoing import host_and_port, host_of, is_inside, is_written_inside, say_line


def asked_addresses(config: Config) -> Mapping[str, tuple[str, ...]]:
    """Return what is asked for, by where it stands in the file; what is no address is left out."""
    oauth, people, accounts = config.mail.oauth, config.people.microsoft, config.accounts
    found = {
        "[calendar] ics": (config.calendar.ics,),
        "[publish] watch": config.publish.watch,
        "[mail.oauth] token_url": (oauth.token_url,),
        "[mail.oauth] base_url": (oauth.base_url,),
        "[people.microsoft] token_url": (people.token_url,),
        "[people.microsoft] base_url": (people.base_url,),
        "[accounts.microsoft] issuer": (accounts.microsoft.issuer,),
        "[accounts.google] issuer": (accounts.google.issuer,),
    }
    return {where: tuple(each for each in addresses if "://" in each) for where, addresses in found.items()}


def refuse_inside(before: Config, after: Config) -> None:
    """Raise UsageError for an address that is new and leads into the school's own network, unless its host is allowed.

    For what a person types on a page; which hosts are allowed is no such thing. An address is new where its host or
    port was not asked for by the same setting. Asks the network for the names of new addresses.
    """
    if set(after.web.allow_private) - set(before.web.allow_private):
        raise UsageError(
            "Which computers of the school's own network addresses may lead to cannot be changed on this page: ask "
            "your IT provider. Nothing was changed."
        )
    for _, host, _ in sorted(_computers(after) - _computers(before)):
        if host not in before.web.allow_private and is_inside(host):
            raise UsageError(
                f"{host} is in the school's own network, or this computer, and an address typed here may not lead "
                "there. Nothing was changed. Where it is meant, ask your IT provider to allow that computer."
            )


def _computers(config: Config) -> set[tuple[str, str, str]]:
    """Return which computers the settings name, in addresses that are asked and for mail: setting, host, port."""
    asked = {
        (where, host_of(each), host_and_port(each))
        for where, addresses in asked_addresses(config).items()
        for each in addresses
    }
    mail, inbox = config.mail, config.inbox
    servers = {("[mail]", mail.host.casefold(), str(mail.port)), ("[inbox]", inbox.host.casefold(), str(inbox.port))}
    return {each for each in asked | servers if each[1]}


def own_network_notices(config: Config) -> tuple[str, ...]:
    """Return what to say of addresses that were written into the file by hand and lead inside; nobody is asked."""
    allowed = config.web.allow_private
    said = []
    for where, addresses in asked_addresses(config).items():
        hosts = dict.fromkeys(host_of(each) for each in addresses if is_written_inside(each))
        said += [
            f"{host} ({where}) is in the school's own network, or this computer. It is used, as it was written into "
            f"config.toml by hand; say there that it is meant: {say_line([*allowed, host])}"
            for host in hosts
            if host not in allowed
        ]
    return tuple(said)
