"""The page for the IT provider and the head's words: right commands for the way that is set, and nobody invented."""

from dataclasses import fields
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from pipeline.cli import policy
from pipeline.config import Config, parse_config
from pipeline.contacts.safety_lines import UNNAMED, safety_lines
from pipeline.errors import ConfigurationError
from pipeline.mail.routes.setup_pages import announcement, provider_letter
from pipeline.model.contacts import Directory, ShownDirectory

TODAY = date(2026, 11, 24)
FROM = '[school]\nname = "Westhaven School"\n[mail]\nfrom = "Office <policies@example.org>"\n'
MICROSOFT = '[mail.oauth]\nprovider = "microsoft"\ntenant = "t.example.org"\nclient_id = "1111-2222"\n'
GRAPH, XOAUTH2 = "BEST WAY: MICROSOFT GRAPH", "MICROSOFT 365 BY SMTP"
GOOGLE, RELAY = "GOOGLE WORKSPACE: A SERVICE", "A MAIL SERVER OR RELAY"


def letter(toml: str) -> str:
    config = parse_config(toml, root=Path())
    return provider_letter(config, shown(config), TODAY)


def shown(config: Config) -> ShownDirectory:
    """Everybody of the configuration, as if each number had been confirmed."""
    return ShownDirectory(**{field.name: getattr(config.directory(TODAY), field.name) for field in fields(Directory)})


@pytest.mark.parametrize(
    ("toml", "ways"),
    [
        (FROM, [GRAPH, XOAUTH2, GOOGLE, RELAY]),
        (FROM + 'route = "graph"\n' + MICROSOFT, [GRAPH]),
        (FROM + MICROSOFT, [GRAPH]),
        (FROM + 'route = "smtp"\nhost = "smtp.office365.com"\n' + MICROSOFT, [XOAUTH2]),
        (FROM + 'route = "smtp"\nhost = "h"\n[mail.oauth]\nprovider = "google"\n', [GOOGLE]),
        (FROM + 'route = "smtp"\nhost = "mail.example.org"\n', [RELAY]),
    ],
)
def test_it_tells_of_the_way_that_is_set_alone_or_of_each(toml: str, ways: list[str]) -> None:
    text = letter(toml)
    assert [way for way in (GRAPH, XOAUTH2, GOOGLE, RELAY) if way in text] == ways
    assert "policies@example.org" in text
    assert "SO THAT IT ARRIVES" in text
    assert "_dmarc.example.org" in text


def test_the_commands_are_for_one_mailbox_and_the_enterprise_applications_object_id() -> None:
    """As "Role Based Access Control for Applications in Exchange Online" has them."""
    text = letter(FROM + 'route = "graph"\n' + MICROSOFT)
    for command in (
        "New-ServicePrincipal -AppId 1111-2222 -ObjectId OBJECT-ID-OF-THE-ENTERPRISE-APPLICATION -DisplayName",
        "-RecipientRestrictionFilter \"PrimarySmtpAddress -eq 'policies@example.org'\"",
        'New-ManagementRoleAssignment -App 1111-2222 -Role "Application Mail.Send" -CustomResourceScope "Policy mail"',
        "Test-ServicePrincipalAuthorization -Identity 1111-2222 -Resource policies@example.org",
    ):
        assert command in text
    assert "Give it NO API permission" in text
    assert "ApplicationAccessPolicy" not in text


def test_the_mailbox_that_is_read_is_told_with_what_it_needs() -> None:
    imap = '[inbox]\nroute = "imap"\nhost = "outlook.office365.com"\nuser = "{user}"\n'
    graph = FROM + 'route = "graph"\n' + MICROSOFT
    assert "WHAT COMES BACK" not in letter(graph)
    same = letter(graph + imap.format(user="policies@example.org"))
    assert "it cannot read any mail but that of policies@example.org, nor send as anybody else" in same
    assert "IMAP.AccessAsApp" in same
    assert 'Add-MailboxPermission -Identity "policies@example.org"' in same
    another = letter(graph + imap.format(user="answers@example.org"))
    assert "THE PROGRAM READS answers@example.org" in another
    assert "an app password" in another
    assert "IMAP.AccessAsApp" not in another


def test_a_mailbox_read_by_graph_needs_the_right_to_read_it_and_no_other() -> None:
    """As "Role Based Access Control for Applications in Exchange Online" has the commands."""
    inbox = '[inbox]\nroute = "graph"\nuser = "{user}"\n'
    graph = FROM + 'route = "graph"\n' + MICROSOFT
    same = letter(graph + inbox.format(user="policies@example.org"))
    assert "It looks there through Microsoft Graph" in same
    role = 'New-ManagementRoleAssignment -App 1111-2222 -Role "Application Mail.Read" -CustomResourceScope'
    assert f'{role} "Policy mail"' in same
    assert "Do NOT give it the API permission Mail.Read" in same
    assert "IMAP must not" not in same
    another = letter(graph + inbox.format(user="answers@example.org"))
    assert (
        '-Name "Policy answers" -RecipientRestrictionFilter "PrimarySmtpAddress -eq \'answers@example.org\'"' in another
    )
    assert f'{role} "Policy answers"' in another
    device = letter(graph + 'flow = "device-code"\n' + inbox.format(user="policies@example.org"))
    assert "Microsoft Graph, delegated, Mail.Read." in device
    assert "Application Mail.Read" not in device


def test_smtp_switches_sign_in_on_for_that_mailbox_alone() -> None:
    """As "Authenticate an IMAP, POP or SMTP connection using OAuth" has them."""
    text = letter(FROM + 'route = "smtp"\nhost = "smtp.office365.com"\n' + MICROSOFT)
    assert "SMTP.SendAsApp. Grant admin consent. No other permission." in text
    assert 'Set-CASMailbox -Identity "policies@example.org" -SmtpClientAuthenticationDisabled $false' in text


def test_a_sign_in_with_a_code_needs_no_secret_and_no_exchange_commands() -> None:
    text = letter(FROM + 'route = "graph"\n' + MICROSOFT + 'flow = "device-code"\n')
    assert "Allow public client flows" in text
    assert "New-ServicePrincipal" not in text
    assert "secret_expires" not in text


def test_it_does_not_promise_of_google_what_only_microsoft_can_keep() -> None:
    google = letter(FROM + 'route = "smtp"\nhost = "h"\n[mail.oauth]\nprovider = "google"\n')
    assert "Done as below it cannot read any mail" not in google
    assert "for every mailbox of the domain, to read and to send" in google


def test_without_a_sender_both_pages_say_what_to_write_first() -> None:
    config = parse_config("", root=Path())
    with pytest.raises(ConfigurationError, match="which mailbox mail is to go from"):
        provider_letter(config, ShownDirectory(), TODAY)
    with pytest.raises(ConfigurationError, match="which mailbox mail is to go from"):
        announcement(config, ShownDirectory(), UNNAMED)


@pytest.mark.parametrize(
    ("web", "said"),
    [
        ("", "You answer by replying “I have read”."),
        ('[web]\nform_url = "https://forms.example.org/f"\n', "our own form, https://forms.example.org/f"),
        ('[web]\nbase_url = "https://p.example.sch.uk"\n', "Its link begins with https://p.example.sch.uk/ and leads"),
    ],
)
def test_the_heads_words_say_how_to_tell_the_schools_mail(web: str, said: str) -> None:
    config = parse_config(FROM + web, root=Path())
    text = announcement(config, ShownDirectory(), UNNAMED)
    assert text.startswith("Subject: Mail about our policies will come from policies@example.org\n\nWorried about")
    assert said in text
    assert "It never asks for a password" in text


def test_nobody_is_named_whom_the_configuration_does_not_name() -> None:
    bare = announcement(parse_config(FROM, root=Path()), ShownDirectory(), UNNAMED)
    assert "The headteacher\nWesthaven School" in bare
    contacts = '[contacts.headteacher]\nname = "Helen March"\n[contacts.office]\nphone = "01632 960110"\n'
    named = parse_config(FROM + contacts, root=Path())
    text = announcement(named, shown(named), safety_lines(shown(named)))
    assert "Helen March, headteacher\nWesthaven School" in text
    assert "Ask the school office (01632 960110)." in text
    assert "Questions: the school office (01632 960110)." in provider_letter(named, shown(named), TODAY)


@pytest.mark.parametrize("page", ["letter", "announce"])
def test_a_page_goes_to_the_screen_or_into_a_new_file(tmp_path: Path, page: str) -> None:
    (tmp_path / "config.toml").write_text(FROM, encoding="utf-8")
    call = ["--workspace", str(tmp_path), "mail", page]
    shown = CliRunner().invoke(policy, call, catch_exceptions=False)
    assert "policies@example.org" in shown.stdout
    out = tmp_path / "page.txt"
    written = CliRunner().invoke(policy, [*call, "--out", str(out)], catch_exceptions=False)
    assert str(out) in written.stdout
    assert out.read_text(encoding="utf-8").rstrip() == shown.stdout.rstrip()
    before = out.read_bytes()
    again = CliRunner().invoke(policy, [*call, "--out", str(out)])
    assert "is there already" in str(again.exception)
    assert out.read_bytes() == before


def test_a_schools_own_page_takes_the_place_of_ours(tmp_path: Path) -> None:
    (tmp_path / "templates" / "mail").mkdir(parents=True)
    (tmp_path / "templates" / "mail" / "announcement.txt").write_text("Ours: {{ sender }}", encoding="utf-8")
    config = parse_config(FROM, root=tmp_path)
    words = "Mail about our policies will come from policies@example.org\n\nOurs: policies@example.org\n"
    assert announcement(config, ShownDirectory(), UNNAMED) == f"Subject: {words}"
