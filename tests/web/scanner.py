"""A scripted scanner of mail links: opens everything, fills every field with words it finds, presses every button.

What mail gateways do to links, and more: it takes the page's own words, pairs of them and whole lines into the fields,
keeps what it saw on earlier pages, and posts forms without a browser as well.
"""

import asyncio
import random
import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field

from playwright.async_api import Browser, Error, Page, async_playwright

from tests.chromium import ARGUMENTS, PATH

_SEEN_WORDS = """() => {
  const said = [...document.querySelectorAll('[alt],[title],[aria-label]')]
    .flatMap(e => [e.alt, e.title, e.getAttribute('aria-label')]);
  return [document.body.innerText, document.title, ...said].filter(Boolean).join('\\n');
}"""
_MOST_BROKEN = 50
_LINKS = "() => [...document.links].map(e => e.getAttribute('href'))"
_FILL = """(fillers) => {
  for (const each of document.querySelectorAll('input[type=checkbox], input[type=radio]')) each.checked = true;
  document.querySelectorAll('input[type=text], input[type=email]')
    .forEach((each, place) => { each.value = fillers[place % fillers.length]; });
}"""
_FORMS = """() => [...document.forms].map(form => [form.getAttribute('action'),
  [...form.elements].filter(each => each.name).map(each => [each.name, each.type, each.value])])"""
_FILLERS = ("test", "Test Test", "test@example.org", "admin", "1", "", "I have read")


@dataclass(slots=True)
class Scan:
    """What one scan came to."""

    visits: int = 0
    broken: int = 0
    """Visits that broke off and were made again."""
    opened: int = 0
    """Links followed."""
    answers: Counter[int] = field(default_factory=Counter)
    """Of posted forms, by status."""
    typed: set[str] = field(default_factory=set)


@dataclass(slots=True)
class _Words:
    """What a scanner can fill in."""

    here: list[str]
    """Of the page itself."""
    elsewhere: list[str] = field(default_factory=list)
    """Of a page that it leads to."""


async def scan(addresses: Sequence[str], *, visits: int, seed: int = 1, at_once: int = 4) -> Scan:
    """Visit ``addresses`` in turn until so many visits are made; ``at_once`` pages are open together."""
    done = Scan()
    queue = [addresses[number % len(addresses)] for number in range(visits)]
    chance = random.Random(seed)
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(executable_path=PATH, args=ARGUMENTS)
        try:
            await asyncio.gather(*(_work(browser, queue, chance, done) for _ in range(at_once)))
        finally:
            await browser.close()
    return done


async def _work(browser: Browser, queue: list[str], chance: random.Random, done: Scan) -> None:
    context = await browser.new_context(viewport={"width": 390, "height": 844})
    page = await context.new_page()
    page.on("response", lambda answer: _note(done, answer.request.method, answer.status))
    while queue:
        address = queue.pop()
        try:
            await _visit(page, address, chance, done)
        except Error:
            # A connection that the server was just closing, on a busy machine: the visit is made again.
            done.broken += 1
            if done.broken > _MOST_BROKEN:
                raise
            queue.append(address)
        else:
            done.visits += 1
    await context.close()


def _note(done: Scan, method: str, status: int) -> None:
    if method == "POST":
        done.answers[status] += 1


async def _visit(page: Page, address: str, chance: random.Random, done: Scan) -> None:
    await page.goto(address)
    words = _Words(await _taken(page))
    origin = re.match(r"https?://[^/]+", address)
    assert origin
    links = [link for link in await page.evaluate(_LINKS) if link.startswith("/")]
    if links:
        answer = await page.request.get(origin[0] + chance.choice(links))
        done.opened += 1
        if "text/html" in answer.headers.get("content-type", ""):
            words.elsewhere = _taken_apart(re.sub(r"<[^>]+>", "\n", await answer.text()))
    if links and chance.random() < 0.4:
        await page.goto(origin[0] + chance.choice([link for link in links if ".pdf" not in link]))
        done.opened += 1
    if chance.random() < 0.35:
        await _post_without_browser(page, origin[0], words, chance, done)
    else:
        await _fill_and_press(page, words, chance, done)


async def _fill_and_press(page: Page, words: _Words, chance: random.Random, done: Scan) -> None:
    if chance.random() < 0.85:
        await page.evaluate(_FILL, [_filler(words, chance, done) for _ in range(8)])
    buttons = page.get_by_role("button")
    if count := await buttons.count():
        await buttons.nth(chance.randrange(count)).click()


async def _post_without_browser(page: Page, origin: str, words: _Words, chance: random.Random, done: Scan) -> None:
    for action, inputs in await page.evaluate(_FORMS):
        fields = {
            name: _filler(words, chance, done) if kind in ("text", "email") else value for name, kind, value in inputs
        }
        answer = await page.request.post(origin + action, form=fields, max_redirects=0)
        done.answers[answer.status] += 1


def _filler(words: _Words, chance: random.Random, done: Scan) -> str:
    """Choose what to fill in: what looks like a name of this page first of all, then its other words."""
    names = [word for word in words.here if word[:1].isupper() and " " not in word]
    kinds = [names] * 4 + [words.here] * 3 + [words.elsewhere] * 2 + [_FILLERS]
    chosen = chance.choice(chance.choice(kinds) or _FILLERS)
    done.typed.add(chosen)
    return chosen


async def _taken(page: Page) -> list[str]:
    return _taken_apart(str(await page.evaluate(_SEEN_WORDS)))


def _taken_apart(text: str) -> list[str]:
    """Return a text's words, those with their signs, pairs of words and whole lines; each once."""
    lines = [" ".join(line.split()) for line in text.splitlines() if line.strip()]
    words = re.findall(r"\w+", text)
    signed = text.split()
    pairs = [" ".join(signed[place : place + 2]) for place in range(len(signed) - 1)]
    # Words by themselves are what fills a field for a surname most often.
    return [*dict.fromkeys([*words, *signed]), *chance_part(pairs), *chance_part(lines)]


def chance_part(entries: Sequence[str]) -> list[str]:
    """Return a quarter of some entries, evenly taken."""
    return list(dict.fromkeys(entries))[::4]
