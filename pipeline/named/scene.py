"""The passages of a document with what stands around them: rows, roles, histories, sentences.

Planning asks it three things of any place in the text: which role is given to a name there, whether the words are of a
kind that is never rewritten, and whom a number there belongs to.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence, Set
from dataclasses import replace
from functools import cached_property
from itertools import accumulate, takewhile

from pipeline.model.documents import Region
from pipeline.named.layout.entries import begins_with_name
from pipeline.named.layout.histories import in_histories
from pipeline.named.layout.places import LaidRoles
from pipeline.named.names.letters import for_looking
from pipeline.named.names.titles import one_cut_short
from pipeline.named.roles.bare_labels import bare_deputies
from pipeline.named.roles.other_labels import is_of_something_else, is_only_names, is_training_row, label_before
from pipeline.named.roles.other_posts import (
    EXAMPLE,
    MAY_BE_ANOTHER_TASK,
    find_capacities,
    is_credited,
    is_somebody_elses,
    opens_example,
    other_task,
    past_of,
    tells_of_the_person,
)
from pipeline.named.roles.other_tasks import OtherTasks
from pipeline.named.roles.owner_lines import owner_label, owner_of_text
from pipeline.named.roles.passages import (
    HISTORY,
    RoleLabel,
    find_labels,
    purpose_of,
    roles_after,
    roles_by_line,
    roles_over_lines,
    says_only,
    surely_given,
    tells_of_a_former_holder,
    words_of_role,
)
from pipeline.named.roles.posts_beside import PostsBeside
from pipeline.named.roles.role_cells import RoleCells
from pipeline.named.roles.rules import may_name_a_lead
from pipeline.named.roles.vocabulary import OF_LEADS
from pipeline.named.ties.find import Tie, find_ties
from pipeline.places import CellPlace
from pipeline.reasons.reason import Reason, because
from pipeline.text.needed import without_longer
from pipeline.text.passages import Passage
from pipeline.text.sheet import Sheet

_SENTENCE_END = re.compile(r"(?<=[.!?])[\"”’)]?[\s\u00a0]+(?=[A-Z“\"(‘])|\n+")
_NO_END = re.compile(rf"(?:\b(?:{one_cut_short()}|St|Tel|No|Ext|e\.g|i\.e|etc)|\b[A-Z])\.[\"”’)]?$", re.IGNORECASE)
_CARRIES_ON = re.compile(
    r"^\W*(?:signed|signature|authors?|(?:written|prepared|approved|ratified|reviewed) by)\b[\w\s()]{0,40}[\W_]*$",
    re.IGNORECASE,
)
NO_DIGITS = bytes(code for code in range(128) if chr(code) not in "0123456789\n\0")
"""For ``bytes.translate``: keeps the digits, and what parts lines and texts."""
_POSTS_UNDER = 3
"""How many lines of posts may stand under one name."""
_REACH = 4
"""How many passages on a name still owns the numbers that follow it."""

_BARE_BEHIND = re.compile(
    r"[ \u00a0]*[–—,(:-][ \u00a0]*(?:the[ \u00a0]+)?(?:lead|deput(?:y|ies))\b(?=[\s)]*$)", re.IGNORECASE | re.MULTILINE
)
"""A role of its own behind a name ("X – Deputy"), which goes before any that a cell beside names."""


class Scene:
    """All passages of one document, looked at together."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        self.passages = passages
        self.folded: tuple[str, ...] = tuple([for_looking(each.text) for each in passages])
        """The texts in small letters without accents and signs that nobody sees, to look before searching."""
        self.together = "\n".join(self.folded)
        """All of them, for a look that mostly finds nothing."""
        self._naming: dict[frozenset[str], tuple[int, ...]] = {}
        self._places: dict[str, tuple[int, ...]] = {}
        self._purposes: dict[tuple[int, int, int | None], Reason | None] = {}
        self._sentences: dict[int, tuple[list[int], list[int]]] = {}
        self._labels: dict[int, tuple[RoleLabel, ...]] = {}
        self._posts: dict[int, tuple[RoleLabel, ...]] = {}
        self.cells = Sheet(passages)
        self._laid = LaidRoles(self.cells)
        self._role_cells = RoleCells(passages, self.cells, self.labels)
        self.posts_beside = PostsBeside(passages, self.cells, self.posts)
        self.other_tasks = OtherTasks(passages, self.cells, self.labels, self.around)

    @cached_property
    def digits(self) -> tuple[bytes, ...]:
        """The digits 0 to 9 of every text, its lines apart."""
        joined = "\0".join([each.text for each in self.passages]).encode("ascii", "replace")
        apart = joined.translate(None, NO_DIGITS).split(b"\0")
        if len(apart) != len(self.passages):
            return tuple(each.text.encode("ascii", "replace").translate(None, NO_DIGITS) for each in self.passages)
        return tuple(apart)

    @cached_property
    def _starts(self) -> tuple[int, ...]:
        """Where in ``together`` each text begins, and where one more would."""
        return (0, *accumulate([len(each) + 1 for each in self.folded]))

    def naming(self, roles: Set[str]) -> tuple[int, ...]:
        """Return the passages that name one of ``roles``."""
        wanted = frozenset(roles)
        if wanted not in self._naming:
            may = self._places_of_words(wanted - OF_LEADS)
            may.update(self._may_name_leads if wanted & OF_LEADS else ())
            may.update(self._bare_deputies if "deputy-dsl" in wanted else ())
            found = [
                index
                for index in sorted(may)
                if any({label.role, label.may_be} & wanted for label in self.labels(index))
            ]
            self._naming[wanted] = tuple(found)
        return self._naming[wanted]

    @cached_property
    def _may_name_leads(self) -> tuple[int, ...]:
        """The passages that have the words of some wording of the lead or a deputy, told before any is searched."""
        places = self._places_of_words(OF_LEADS)
        return tuple([index for index in places if may_name_a_lead(self.passages[index].text)])

    def _places_of_words(self, roles: Set[str]) -> set[int]:
        """Return the passages that have a word of which each wording of ``roles`` holds one."""
        words = without_longer(frozenset(word for role in roles for word in words_of_role(role)))
        return {index for word in words for index in self._places_in(word, self._dotted)}

    @cached_property
    def _dotted(self) -> str:
        """``together`` with a dot on every i: looking without regard to capitals takes the i without for one."""
        return self.together.replace("ı", "i")

    def _places_in(self, word: str, together: str) -> Iterator[int]:
        """Yield the passages that hold ``word``, by one look at all of them; the word is on one line."""
        position, length = together.find(word), len(self.folded)
        while position >= 0:
            index = bisect_right(self._starts, position) - 1
            yield index
            position = together.find(word, self._starts[index + 1]) if index + 1 < length else -1

    @cached_property
    def linked(self) -> tuple[int, ...]:
        """Passages with links."""
        return tuple([index for index, each in enumerate(self.passages) if each.links])

    @cached_property
    def addressed(self) -> tuple[int, ...]:
        """Passages with the sign of an e-mail address."""
        return self.places_with("@")

    def places_with(self, word: str) -> tuple[int, ...]:
        """Return the passages whose text holds ``word``, given in small letters."""
        if word not in self._places:
            self._places[word] = tuple(self._places_in(word, self.together))
        return self._places[word]

    def places_with_digits(self, count: int) -> tuple[int, ...]:
        """Return the passages that hold so many digits, wherever in their text."""
        return tuple([index for index, each in enumerate(self.digits) if len(each) >= count])

    def labels(self, index: int) -> tuple[RoleLabel, ...]:
        """Return the roles named in one passage, in order."""
        if index not in self._labels:
            labels = find_labels(self.passages[index].text)
            bare = [
                each
                for each in self._bare_deputies.get(index, ())
                if not any(each.start < one.end and one.start < each.end for one in labels)
            ]
            self._labels[index] = tuple(sorted((*labels, *bare), key=lambda each: each.start)) if bare else labels
        return self._labels[index]

    @cached_property
    def _bare_deputies(self) -> Mapping[int, tuple[RoleLabel, ...]]:
        return bare_deputies(self.passages, self.cells, self.places_with("deput"))

    def posts(self, index: int) -> tuple[RoleLabel, ...]:
        """Return the roles named in one passage and the posts that are none, in order."""
        if index not in self._posts:
            labels = self.labels(index)
            posts = (*labels, *find_capacities(self.passages[index].text, labels))
            self._posts[index] = tuple(sorted(posts, key=lambda each: each.start))
        return self._posts[index]

    @cached_property
    def _histories(self) -> frozenset[int]:
        return in_histories(self.passages, self.cells)

    def sentence(self, index: int, position: int) -> tuple[int, int]:
        """Return the range of the sentence around ``position`` in one passage."""
        if index not in self._sentences:
            text, starts, ends = self.passages[index].text, [0], []
            for match in _SENTENCE_END.finditer(text):
                if "\n" in match[0] or not _NO_END.search(text, max(0, match.start() - 12), match.start()):
                    ends.append(match.start())
                    starts.append(match.end())
            self._sentences[index] = (starts, [*ends, len(text)])
        starts, ends = self._sentences[index]
        at = bisect_right(starts, position) - 1
        return starts[at], ends[at]

    def purpose(self, index: int, position: int, name_end: int | None = None) -> Reason | None:
        """Return why the words at a place are never rewritten; None where they may be.

        ``name_end`` is where a name ends that stands at the place: what its sentence says the person did counts too.
        """
        place = (index, position, name_end)
        if place not in self._purposes:
            self._purposes[place] = self._purpose(*place)
        return self._purposes[place]

    def _purpose(self, index: int, position: int, name_end: int | None) -> Reason | None:
        if index in self._histories:
            return HISTORY
        if self._is_example(index):
            return EXAMPLE
        if self.passages[index].region is Region.COMMENT:
            return because("comment")
        start, end = self.sentence(index, position)
        label = "".join(f"{self.passages[each].text} " for each in self.cells.before(index))
        if self.passages[index].label is not None:
            label = f"{self.passages[index].label}: "
        reason = purpose_of(label + self.passages[index].text[start:end], len(label) + position - start)
        if (
            reason is None
            and name_end is not None
            and is_somebody_elses(self.passages[index].text[start:position], self.passages[index].text[name_end:end])
        ):
            reason = EXAMPLE
        if reason is None and name_end is not None:
            before, after = self.passages[index].text[start:position], self.passages[index].text[name_end:end]
            reason = is_credited(before) or past_of(before, after)
        return reason or self._owner_line(index, position) or self._purpose_carried_on(index)

    def _owner_line(self, index: int, position: int) -> Reason | None:
        """Whether a label of who looks after the policy speaks for a place: before it, beside, above, or a line up."""
        start, end = self.sentence(index, position)
        roles = [
            replace(each, start=each.start - start, end=each.end - start)
            for each in self.posts(index)
            if start <= each.start and each.end <= end
        ]
        text = self.passages[index].text
        reason = owner_of_text(text[start:end], position - start, roles)
        if reason is not None or self.labels(index):
            return reason
        heads = (self.cells.before(index), self.cells.head(index)) if self.cells[index] is not None else ()
        for near in (*heads, self._lone_line_above(index)):
            words = " ".join(self.passages[each].text for each in near)
            if reason := owner_label(words, [label for each in near for label in self.labels(each)]):
                return reason
        return None

    def _lone_line_above(self, index: int) -> tuple[int, ...]:
        """The line right before a short one, outside tables or in the same cell."""
        above = next((at for at in range(index - 1, -1, -1) if self.passages[at].text.strip()), None)
        short = len(self.passages[index].text) <= 100 and self.passages[index].label is None
        if above is None or not short or self.cells[above] != self.cells[index]:
            return ()
        return (above,) if self.passages[above].region is self.passages[index].region else ()

    def _is_example(self, index: int) -> bool:
        """Whether a passage tells an example, by its own first words or by a short line above it ("Case study 2")."""
        for at in range(index, max(-1, index - 5), -1):
            passage = self.passages[at]
            if self.cells[at] != self.cells[index]:
                return False
            if opens_example(passage.text, alone=at != index):
                return True
            if at != index and (passage.heading or self.labels(at)):
                return False
        return False

    def tells_of_the_person(self, index: int, start: int, end: int) -> bool:
        """Whether what stands about a name in its sentence is true of the person alone and of no successor."""
        return tells_of_the_person(*self.around(index, start, end))

    def other_task(self, index: int, start: int, end: int) -> Reason | None:
        """Return what is said that a person named at a place does besides any role, None where nothing is."""
        task = other_task(*self.around(index, start, end))
        return task or (MAY_BE_ANOTHER_TASK if self.other_tasks.told_at(index, start, end) else None)

    def around(self, index: int, start: int, end: int) -> tuple[str, str]:
        """Return what stands before and behind a place in its sentence."""
        first, last = self.sentence(index, start)
        text = self.passages[index].text
        return text[first:start], text[end:last]

    def is_labelled_otherwise(self, index: int, start: int, end: int, own: Set[str]) -> bool:
        """Whether a label or the cell to the left gives a name to something no role is told of: "School cook: X".

        ``own`` are the person's roles: words that name one of them are no such label.
        """
        text = self.passages[index].text
        first, label = self.sentence(index, start)[0], label_before(*self.around(index, start, end))
        near: Sequence[int] = (index,)
        if not label and self.cells[index] is not None and is_only_names(text[:start], text[end:]):
            cells = (
                (" ".join(self.passages[at].text for at in cell).strip(), cell) for cell in self.cells.left_of(index)
            )
            label, near = next((each for each in cells if each[0] and not begins_with_name(each[0])), ("", ()))
        named = {
            one.role for at in near for one in self.labels(at) if at != index or first <= one.start < one.end <= start
        }
        return is_of_something_else(label) and not named & own

    def is_of_training(self, index: int) -> bool:
        """Whether a cell stands in a table that records who was trained in what."""
        place = self.cells[index]
        return place is not None and is_training_row(self.cells.first_rows.get(place.table, ""))

    def _purpose_carried_on(self, index: int) -> Reason | None:
        """A label of its own line ("Signed: ____") speaks for the two short lines below it."""
        if len(self.passages[index].text) > 60 or self.passages[index].label is not None:
            return None
        outside = self.cells[index] is None
        near = [at for at in range(max(0, index - 3), index) if (self.cells[at] is None) is outside]
        for text in reversed([self.passages[at].text for at in near if self.passages[at].text.strip()][-2:]):
            if _CARRIES_ON.match(text):
                return purpose_of(text, len(text))
            if len(text) > 60:
                break
        return None

    def bound_roles(self, index: int, start: int, end: int) -> tuple[str, ...]:
        """Return the roles directly given to the name at a place: in its sentence, row or column, or the line above."""
        text = self.passages[index].text
        roles = roles_by_line(text, start, end, self.posts(index)) or self._tied_roles(index, start, end)
        if not OF_LEADS & {*roles}:
            # "Deputy DSLs:" over "Inclusion Leader" and a name: who has a post of the line has the role above it too.
            laid = self._laid.roles_of(index, start, end)
            roles = (*roles, *(role for role in laid if role in OF_LEADS and role not in roles)) if roles else laid
        roles = roles or roles_over_lines(text, start, end, self.posts(index))
        if roles:
            return roles
        label = self.passages[index].label
        if label is not None:
            return tuple(each.role for each in find_labels(label))
        alone = not text[:start].strip(" \t\u00a0:-–•*") or self.cells[index] is not None
        if not alone or _BARE_BEHIND.match(text, end):
            return ()
        return self._roles_above_or_beside(index)

    def is_empty(self, index: int) -> bool:
        """Whether a role in a table has nothing beside it but the word that nobody holds it, and so heads nothing."""
        return self._role_cells.is_empty(index)

    def _roles_of(self, near: Iterable[int]) -> tuple[str, ...]:
        return tuple(label.role for each in near for label in self.posts(each))

    def _roles_above_or_beside(self, index: int) -> tuple[str, ...]:
        """Return the roles of the nearest line or cell above, to the left or to the right that names any."""
        above = (*self._role_cells.above(index), *self._role_cells.further_left(index))
        right = self._posts_to_the_right(index)
        # A lead's role beside a name is its own, whatever stands above the row.
        leads = right if right and set(self._roles_of(right)) <= OF_LEADS else ()
        near = (self._line_above(index), self.cells.before(index), leads, above, right)
        return next((roles for each in near if (roles := self._roles_of(each))), ())

    def roles_below(self, index: int, start: int, end: int) -> tuple[str, ...]:
        """Return the roles and posts under a name alone in its line or cell, as on a poster; none where others are."""
        text = self.passages[index].text
        if re.sub(r"[\W_]", "", text[:start] + text[end:]) or self._roles_above_or_beside(index):
            return ()
        return self._roles_of(self._posts_under(index))

    def _posts_under(self, index: int) -> tuple[int, ...]:
        """The cell under a name, or the next lines outside tables, as far as posts are all they say."""
        if self.cells[index] is not None:
            under = [each for each in self.cells.below(index) if self.passages[each].text.strip()]
        else:
            under = list(self.following(index, _POSTS_UNDER))
        return tuple(takewhile(lambda at: says_only(self.posts(at), self.passages[at].text), under))

    def _ties_at(self, index: int, start: int, end: int) -> list[Tie]:
        return [tie for tie in find_ties(self.passages[index].text) if tie.start < end and start < tie.end]

    def _tied_roles(self, index: int, start: int, end: int) -> tuple[str, ...]:
        """Return the roles that the words around a name tell for certain, as a plan takes them."""
        ties = self._ties_at(index, start, end)
        return tuple(dict.fromkeys(tie.planned for tie in ties if tie.plain and tie.mention is not None))

    def is_told_with_a_post(self, index: int, start: int, end: int) -> bool:
        """Whether the words that give a name its role tell another post of it: "X, Head of Centre (DSL)".

        A tie to a part of the name takes the name's own beginning for the post: "DSL: van Dyke, Dr Jo".
        """
        laid = self._laid.is_told_with_a_post(index, start, end)
        ties = (tie for tie in self._ties_at(index, start, end) if tie.start <= start)
        return laid or any(tie.with_post and not tie.by_worries for tie in ties)

    def is_told_by_worries(self, index: int, start: int, end: int) -> bool:
        """Whether of a name only that worries go there is told, and no role: "for safeguarding concerns contact X"."""
        worries = any(tie.by_worries for tie in self._ties_at(index, start, end))
        return worries and not self.bound_roles(index, start, end)

    def given_roles(self, index: int, start: int, end: int) -> tuple[str, ...]:
        """Return the roles that the words give the name at a place for certain: "DSL: X", "the DSL is X", "X (DSL)"."""
        row, text = self.cells[index], self.passages[index].text
        in_cell = row is not None and not text[:start].strip() and not self.labels(index)
        if in_cell or surely_given(text, start, end) or self._tied_roles(index, start, end):
            return self.bound_roles(index, start, end)
        return ()

    def following(self, index: int, reach: int) -> Iterator[int]:
        """Yield the next passages of the same story: in a table the next cells of the row, else the next lines."""
        row = self.cells[index]
        for at in range(index + 1, min(len(self.passages), index + 1 + reach)):
            its, passage = self.cells[at], self.passages[at]
            same_row = self._is_of_row(its, row, at) if its and row else its is row
            if passage.heading or passage.label is not None or not same_row:
                return
            if passage.region is not self.passages[index].region:
                return
            yield at

    def _is_of_row(self, its: CellPlace, row: CellPlace, at: int) -> bool:
        """Whether a cell is of a row, or of one below that has nothing to the left (cells merged downwards)."""
        return its.table == row.table and (its.is_in_row_of(row) or not self.cells.before(at))

    def follows_directly(self, index: int, end: int) -> bool:
        """Whether the role stands after the name ("Ann Lee (DSL) was …"), as it does where a past event is told."""
        text = self.passages[index].text
        now = re.match(r"[\s\u00a0,]*(?:who\s+)?is\b", text[end:], re.IGNORECASE) is not None
        return (not now and bool(roles_after(text, end, self.labels(index)))) or self._is_past_holder(index, end)

    def _is_past_holder(self, index: int, end: int) -> bool:
        start, stop = self.sentence(index, end - 1)
        return tells_of_a_former_holder(self.passages[index].text[start:stop])

    def _line_above(self, index: int) -> tuple[int, ...]:
        """The line before, where it is short and a role is all it says."""
        for before in range(index - 1, max(-1, index - 3), -1):
            text, labels = self.passages[before].text, self.labels(before)
            if not text.strip() or before in self.cells.before(index):
                continue
            same_cell = self.cells[before] == self.cells[index]
            return (before,) if same_cell and says_only(labels, text) else ()
        return ()

    def _posts_to_the_right(self, index: int) -> tuple[int, ...]:
        """The next cells of the row, where a role or post is all they say ("Mrs Lister | Deputy Head | DSL")."""
        posts: list[int] = []
        row = self.cells[index]
        for at in self.following(index, _REACH) if row is not None else ():
            its = self.cells[at]
            if its is None or not its.is_in_row_of(row) or not says_only(self.posts(at), self.passages[at].text):
                break
            posts.append(at)
        return tuple(posts)

    def places_of_owner(self, index: int) -> Iterator[int]:
        """Yield the passages in which the owner of a number in passage ``index`` may be named, the likeliest first.

        In a table the cells to the left, then those above, then earlier rows near by; in running text the lines
        before, up to and with the nearest heading.
        """
        yield index
        if self.passages[index].label is not None:
            return
        row = self.cells[index]
        if row is not None:
            for cell in (*self.cells.left_of(index), *self.cells.above(index)):
                yield from reversed(cell)
        for before in range(index - 1, max(-1, index - 1 - _REACH), -1):
            its = self.cells[before]
            if (its.table if its else None) != (row.table if row else None):
                return
            if self.passages[before].region is self.passages[index].region:
                yield before
            if self.passages[before].heading:
                return
