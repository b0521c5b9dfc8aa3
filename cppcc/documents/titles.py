"""Break a title by sense: whole words, centred, as a trapezoid or a diamond (GB/T 9704, 7.3.1)."""

import re
from itertools import accumulate, combinations, pairwise
from math import ceil, inf

from cppcc.documents.compose import Style, clean, compose
from cppcc.documents.fonts import width
from cppcc.documents.grid import MEASURE, TITLE_SIZE

MOST_LINES = 4
KINDS = "通知|通报|报告|请示|批复|意见|函|决定|公告|通告|决议|命令|纪要|方案|办法|规则|细则|计划|要点"
BEFORE = (
    (re.compile("(?<=[会室部局委府])关于"), 0),
    (re.compile("(?<=.)《"), 1),
    (re.compile("(?<=.)[“‘]"), 3),
    (re.compile("(?<=[会室部局委府厅])(?=(?:中共|政协|市政府|[^ ]{2,3}市人民政府))"), 1),
    (re.compile("(?<=.)(?<!关于)(?:加强|推进|推动|促进|加快|深化|做好|开展|召开|构建|实施|提升|建设)(?![”’])"), 3),
)
AFTER = (
    (re.compile(r"[、，：；] ?"), 1),
    (re.compile("(?<![!-~]) | (?![!-~])"), 0),
    (re.compile("》(?![的、，])"), 1),
    (re.compile("[”’](?![”的、，])"), 3),
    (re.compile("[和与及](?=[“‘《])"), 12),
    (re.compile("关于(?:印发|转发|批转|召开|公布|开展|报送)"), 1),
    (re.compile(f"的(?!(?:{KINDS})$)"), 4),
    (re.compile("(?:工作|会议|活动|委员会|办公室|人民政府)(?![的第会]|办公|[一-龥]{,2}会议)"), 3),
)
ARBITRARY = 40
EXTRA_LINE = 1.5
FORBIDDEN_START = "的了和与及、，。：；》”’）年月日"
FORBIDDEN_END = "《“‘（和与及第"
LINKED = re.compile("[和与及][“‘《]")  # before a name in marks a line may end with the link: better than a torn word


def break_title(lines: list[str], size: float = TITLE_SIZE, measure: float = MEASURE) -> list[str]:
    """The lines of a title. Given lines stand as they are where they fit; a line too long is broken by sense.

    `size` and `measure` in points. `MissingGlyph` when no font has a character.
    """
    result: list[str] = []
    for line in filter(None, map(clean, lines)):
        result += [line] if width(line, "title", size) <= measure else broken(line, size, measure)
    return result


def broken(text: str, size: float, measure: float) -> list[str]:
    """The best division of one text by sense; at arbitrary places, and then line by line, only when sense has none."""
    costs = break_costs(text)
    arbitrary = {place: ARBITRARY for place in range(2, len(text) - 1) if allowed(text, place)} | costs
    best = divided(text, costs, size, measure) or divided(text, arbitrary, size, measure)
    return best or [line.text for line in compose([(text, "title")], Style(size, 0, measure, straight=False))]


def divided(text: str, costs: dict[int, int], size: float, measure: float) -> list[str]:
    """The cheapest division at the places of `costs` into the fewest lines, or one more where that reads better."""
    ends = [0.0, *accumulate(width(character, "title", 1) for character in text)]
    least = ceil(ends[-1] * size / measure)
    best: tuple[float, tuple[int, ...]] = (inf, ())
    for count in range(least, MOST_LINES + 1):
        for places in combinations(sorted(costs), count - 1):
            marks = (0, *places, len(text))
            widths = [ends[stop] - ends[start] for start, stop in pairwise(marks)]
            if max(widths) * size <= measure:
                price = sum(costs[place] for place in places) + shape(widths) + EXTRA_LINE * (count - least)
                best = min(best, (price, marks))
        if best[0] < ARBITRARY:
            break
    return [text[start:stop].strip() for start, stop in pairwise(best[1])]


def break_costs(text: str) -> dict[int, int]:
    """The places where sense lets a line end, with what each costs."""
    costs = {match.end(): cost for pattern, cost in reversed(AFTER) for match in pattern.finditer(text)}
    costs |= {match.start(): cost for pattern, cost in reversed(BEFORE) for match in pattern.finditer(text)}
    return {place: cost for place, cost in costs.items() if 0 < place < len(text) and allowed(text, place)}


def allowed(text: str, place: int) -> bool:
    """No line begins with a particle or ends with an opening mark, and no number or word of Latin is torn."""
    before, after = text[place - 1], text[place]
    if LINKED.fullmatch(before + after):
        return True
    if after in FORBIDDEN_START or before in FORBIDDEN_END:
        return False
    return not (before.isascii() and after.isascii() and before.isalnum() and after.isalnum())


def shape(widths: list[float]) -> float:
    """How far lines (widths in ems) are from a trapezoid or a diamond: an hourglass and stray short lines cost most."""
    longest = max(widths)
    cost = sum(6.0 for line in widths if line < longest * 0.35)
    cost += sum(0.25 for one, other in pairwise(widths) if abs(one - other) < 0.5)
    if len(widths) > 2 and any(line < min(widths[0], widths[-1]) for line in widths[1:-1]):
        cost += 6
    return cost + (longest - sum(widths) / len(widths)) * 0.15
