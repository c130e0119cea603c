"""Whose failure a refusal is: every rule by its own example and counter-example, and what servers are known to say."""

import pytest

from pipeline.mail.routes.conversation import Stage
from pipeline.mail.routes.refusals import RefusalRule, Reply, Whose, judge, load_rules

RULES = load_rules()


def reply(line: str) -> Reply:
    """Return a refusal from ``stage code words``."""
    stage, code, words = line.split(" ", 2)
    return Reply(int(code), words, Stage(stage))


@pytest.mark.parametrize("rule", RULES, ids=[rule.verdict.rule for rule in RULES])
def test_each_rule_judges_its_example_and_not_its_counter_example(rule: RefusalRule) -> None:
    assert judge(reply(rule.example)).rule == rule.verdict.rule
    assert not rule.fits(reply(rule.counter_example)), "the rule would judge its counter-example"


def test_whatever_rests_a_route_says_who_can_lift_it_in_a_sentence() -> None:
    pausing = [rule.verdict for rule in RULES if rule.verdict.pauses]
    assert all(verdict.whose is Whose.ROUTE for verdict in pausing)
    assert all(verdict.lifted.endswith(".") and len(verdict.lifted) > 20 for verdict in pausing)


@pytest.mark.parametrize(
    ("said", "whose", "pauses"),
    [
        # A mailbox of its own.
        ("recipient 550 5.1.10 RESOLVER.ADR.RecipientNotFound; not found", "recipient", False),
        ("recipient 550 5.1.1 The email account that you tried to reach does not exist", "recipient", False),
        ("recipient 550 5.4.1 Recipient address rejected: Access denied.", "recipient", False),
        ("recipient 550 no such user", "recipient", False),
        ("recipient 552 5.2.2 Mailbox full", "recipient", False),
        ("content 554 5.2.122 The recipient has exceeded their limit for the number of messages", "recipient", False),
        ("recipient 450 4.2.0 <alex@example.org>: Recipient address rejected: Greylisted", "recipient", False),
        ("content 550 5.7.124 Sender not in allowed-senders list", "recipient", False),
        ("content 550 5.7.1 Your message was blocked by the recipient", "recipient", False),
        # The message.
        ("content 554 5.7.1 [P4] Message blocked due to spam content in the message.", "message", False),
        ("content 552 5.7.0 This message was blocked because of its content", "message", False),
        ("sender 552 5.3.4 Message size exceeds fixed maximum message size", "message", False),
        ("recipient 451 later", "message", False),
        ("content 554 no", "message", False),
        ("recipient 550 5.7.1 Delivery not authorised", "message", False),
        # The route.
        ("content 554 5.2.252 SendAsDenied; a@example.org not allowed to send as b@example.org", "route", True),
        ("content 550 5.7.60 SMTP; Client does not have permissions to send as this sender", "route", True),
        ("recipient 553 5.7.1 <office@example.org>: Sender address rejected: not owned by user x", "route", True),
        ("sender 530 5.7.57 SMTP; Client was not authenticated to send anonymous mail during MAIL FROM", "route", True),
        ("recipient 550 5.7.1 Unable to relay", "route", True),
        ("recipient 454 4.7.1 <alex@example.org>: Relay access denied", "route", True),
        ("recipient 550 5.7.64 TenantAttribution; Relay Access Denied", "route", True),
        ("sender 550 5.7.708 Service unavailable. Access denied, traffic not accepted from this IP", "route", True),
        ("content 550 5.1.8 Access denied, bad outbound sender", "route", True),
        ("content 550 5.7.26 This mail has been blocked because the sender is unauthenticated", "route", True),
        ("content 550 5.7.509 Access denied, sending domain does not pass DMARC verification", "route", True),
        ("recipient 451 4.7.500 Server busy. Please try again later", "route", True),
        ("content 550 5.7.233 Your message can't be sent because your tenant exceeded its daily limit", "route", True),
        ("recipient 421 4.7.0 Try again later, closing connection", "route", False),
        ("recipient 451 4.3.5 Server configuration problem", "route", False),
        ("sender 550 no", "route", True),
    ],
)  # fmt: skip
def test_what_servers_say_is_laid_to_whom_it_belongs(said: str, whose: str, pauses: bool) -> None:
    verdict = judge(reply(said))
    assert (verdict.whose, verdict.pauses) == (whose, pauses), verdict.rule


def test_the_same_refusal_of_two_people_is_alike_and_of_another_reason_is_not() -> None:
    one = reply("recipient 554 5.7.1 <alex@example.org>: refused, id 17A-4, see page 3")
    other = reply("recipient 554 5.7.1 <bea@example.org>: refused, id 99Z-8, see page 3")
    assert one.likeness == other.likeness
    assert one.likeness != reply("recipient 554 5.7.1 <alex@example.org>: not wanted").likeness
    assert one.likeness != reply("recipient 554 5.7.2 <alex@example.org>: refused, id 17A-4, see page 3").likeness
