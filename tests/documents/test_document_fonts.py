"""The fonts: every standard character, the office's own faces, and a clear word when one is missing."""

import shutil
from pathlib import Path

import pytest

from cppcc.documents import fonts
from cppcc.documents.fonts import BUNDLED, MissingGlyph, advance, check_fonts, face, path_of
from cppcc.office.refusals import Refused

STANDARD = (Path(fonts.__file__).parent / "standard_characters.txt").read_text(encoding="utf-8").strip()


def test_the_list_of_standard_characters_is_whole():
    assert len(STANDARD) == len(set(STANDARD)) == 8105


@pytest.mark.parametrize("role", ["body", "kai", "hei", "song", "title"])
def test_every_standard_character_can_be_printed(role):
    assert [character for character in STANDARD if advance(character, role) != 1] == []


def test_title_face_needs_no_companion_for_standard_characters():
    assert [character for character in STANDARD if character not in face("title")] == []


def test_companion_stands_on_the_same_line_as_the_body():
    assert (face("companion").ascent, face("companion").descent) == (face("body").ascent, face("body").descent)


def test_bundled_fonts_may_be_embedded():
    assert all(face(role).embeddable for role in BUNDLED)


def test_missing_character_is_named():
    with pytest.raises(MissingGlyph, match="U\\+1F600"):
        advance("\U0001f600", "body")


def test_all_fonts_present_pass_the_check():
    assert check_fonts(None) == []


def test_check_names_each_missing_role(settings, tmp_path):
    settings.FONT_DIR = tmp_path
    messages = check_fonts(None)
    assert [message.id for message in messages] == ["documents.W001"] * len(BUNDLED)
    assert "仿宋" in messages[0].msg
    with pytest.raises(Refused, match="仿宋"):
        path_of("body")


def test_check_refuses_a_broken_font(settings, tmp_path):
    copy_fonts(settings, tmp_path)
    (tmp_path / "office").mkdir()
    (tmp_path / "office" / "kai.ttf").write_bytes(b"no font")
    assert [message.id for message in check_fonts(None)] == ["documents.E001"]


def test_fonts_of_the_office_come_first(settings, tmp_path):
    copy_fonts(settings, tmp_path)
    own = tmp_path / "office" / "title.otf"
    own.parent.mkdir()
    shutil.copy(tmp_path / BUNDLED["hei"], own)
    assert path_of("title") == own
    assert path_of("body") == tmp_path / BUNDLED["body"]


def test_title_falls_back_to_song_bold(settings, tmp_path):
    copy_fonts(settings, tmp_path)
    (tmp_path / BUNDLED["title"]).unlink()
    assert path_of("title").name == "FandolSong-Bold.otf"


def copy_fonts(settings, folder: Path) -> None:
    """Work on links to the fonts, so that a test may remove one."""
    for file in settings.FONT_DIR.glob("*.otf"):
        (folder / file.name).symlink_to(file)
    settings.FONT_DIR = folder
