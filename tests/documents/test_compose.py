"""Lines: straight edges, 避头尾, and what no line may tear."""

from hypothesis import given
from hypothesis import strategies as st

from cppcc.documents.compose import (
    NO_END,
    NO_START,
    Style,
    clean,
    compose,
    compose_cell,
    keep_together,
)
from cppcc.documents.fonts import advance
from cppcc.documents.grid import CELL, MEASURE, SIZE, TRACKING
from tests.documents.plans import TEXT

BODY = Style(SIZE, TRACKING, MEASURE, indent=2 * CELL)


def texts(text: str, style: Style = BODY) -> list[str]:
    return [line.text for line in compose([(text, "body")], style)]


def right_edge(line, style: Style) -> float:
    """Where the last character of a line ends, its own trailing spacing left out."""
    widths = [advance(glyph.character, glyph.role) * style.size for glyph in line.glyphs]
    return sum(widths) + sum(line.spacing[:-1])


def test_a_line_holds_28_characters_and_the_first_one_26():
    assert [len(line) for line in texts("政" * 100)] == [26, 28, 28, 18]


def test_full_lines_end_at_the_right_edge():
    lines = compose([(TEXT, "body")], BODY)
    assert len(lines) > 3
    for place, line in enumerate(lines[:-1]):
        expected = MEASURE - (BODY.indent if place == 0 else 0)
        over = line.spacing[-1] if line.spacing[-1] < TRACKING else 0
        assert abs(right_edge(line, BODY) + min(0, over) - expected) < BODY.size * 0.4


@given(st.text(alphabet="政协云江市，。、；：？！（）《》“”…2026年3月15日20个abc", min_size=1, max_size=200))
def test_no_text_is_lost_and_no_mark_stands_where_it_must_not(text):
    lines = texts(text)
    assert "".join(lines) == text
    if longest_chain(text) < 20:
        assert all(line[0] not in NO_START for line in lines[1:])
        assert all(line[-1] not in NO_END for line in lines[:-1])


def longest_chain(text: str) -> int:
    """The longest run without a plain Han character: marks and Latin too long for a line have to be cut."""
    return max(map(len, text.translate(str.maketrans("政协云江市年月日个", " " * 9)).split()), default=0)


def test_numbers_and_words_stay_whole():
    for shift in range(30):
        lines = texts("政" * shift + "完成改造2026个小区，见GB/T9704，第120号文件，" + "协" * 30)
        assert any("2026" in line for line in lines)
        assert any("GB/T9704" in line for line in lines)
        assert any("第120" in line for line in lines)


def test_a_number_keeps_its_unit_where_the_line_allows():
    for shift in range(30):
        assert any("20场" in line for line in texts("政" * shift + "召开座谈会20场，" + "协" * 30))


def test_a_name_can_be_kept_together():
    for shift in range(24, 30):
        assert any("欧阳玥" in line for line in texts("政" * shift + keep_together("欧阳玥") + "协" * 30))


def test_an_address_longer_than_a_line_is_cut():
    assert "".join(texts("https://" + "a" * 300)) == "https://" + "a" * 300


def test_clean_drops_what_cannot_be_seen():
    assert clean("政\u200b协\ufeff\x00 \n\t云　江\u202e ") == "政协 云 江"


def test_cells_avoid_a_last_line_of_one_character():
    assert [line.text for line in compose_cell("专题协商会", "body", 12, 48)] == ["专题", "协商会"]


def test_lists_in_cells_break_after_their_commas():
    assert [line.text for line in compose_cell("南岭县、石桥市", "body", 12, 60)] == ["南岭县、", "石桥市"]
