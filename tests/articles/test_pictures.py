import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpcenter.articles.pictures import MAX_PICTURE, Gallery, Picture, read_picture
from helpcenter.articles.rasters import SIZES
from helpcenter.content.problems import ContentError, Report
from helpcenter.content.roots import Source
from helpcenter.i18n.locale import SOURCE, Locale
from tests.articles.pages import PNG, SVG, TEA, faults, load, render
from tests.factories import ARTICLE, folder

ZH = Locale("zh_HK")


def read(path: Path, name: str, data: str | bytes) -> Picture:
    return read_picture(Source(folder(path, {name: data}), name))


@pytest.mark.parametrize(
    ("data", "size"),
    [
        (SVG, (40, 30)),
        ('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 320 200.5"/>', (320, 200)),
        ('<svg xmlns="http://www.w3.org/2000/svg" viewBox="0,0,8,9" width="100%"/>', (8, 9)),
        ('<svg xmlns="http://www.w3.org/2000/svg" width="20px" height=" 10 "/>', (20, 10)),
        ('\ufeff<?xml version="1.0" encoding="UTF-8"?><svg width="2" height="1"/>', (2, 1)),
        (
            (
                '<svg xmlns:x="http://www.w3.org/1999/xlink" width="2" height="1">'
                '<style>.a{fill:url("#g")}</style><use x:href="#a"/><text>on = off</text></svg>'
            ),
            (2, 1),
        ),
    ],
)
def test_drawings_are_measured(tmp_path: Path, data: str, size: tuple[int, int]) -> None:
    picture = read(tmp_path, "pot.svg", data)
    assert (picture.width, picture.height) == size
    assert picture.media.content_type == "image/svg+xml"


def chunk(form: bytes, body: bytes) -> bytes:
    return b"RIFF\0\0\0\0WEBP" + form + b"\0\0\0\0" + body.ljust(20, b"\0")


@pytest.mark.parametrize(
    ("name", "data", "kind"),
    [
        ("a.gif", b"GIF89a" + struct.pack("<HH", 640, 480), "image/gif"),
        (
            "a.jpg",
            b"\xff\xd8\xff\xe0\0\4JF\xff\xff\x01\xff\xc2\0\x11\x08" + struct.pack(">HH", 480, 640),
            "image/jpeg",
        ),
        ("a.webp", chunk(b"VP8X", b"\0" * 4 + b"\x7f\2\0\xdf\1\0"), "image/webp"),
        (
            "a.webp",
            chunk(b"VP8L", b"\x2f" + (639 | 479 << 14).to_bytes(4, "little")),
            "image/webp",
        ),
        (
            "a.webp",
            chunk(b"VP8 ", b"\0\0\0\x9d\x01\x2a" + struct.pack("<HH", 640, 480)),
            "image/webp",
        ),
    ],
)
def test_other_photographs_are_measured_too(
    tmp_path: Path, name: str, data: bytes, kind: str
) -> None:
    picture = read(tmp_path, name, data)
    assert (picture.width, picture.height, picture.media.content_type) == (640, 480, kind)


@given(
    st.sampled_from(["png", "gif", "jpg", "webp"]),
    st.sampled_from([b"", b"\xff\xd8", b"\xff\xd8\xff\xe0", b"GIF89a", b"RIFFxxxxWEBPVP8L"]),
    st.binary(max_size=40),
)
def test_no_bytes_are_too_strange_to_be_measured(suffix: str, mark: bytes, rest: bytes) -> None:
    size = SIZES[suffix](mark + rest)
    assert size is None or min(size) >= 0


def test_photographs_are_measured_and_named_by_their_content(tmp_path: Path) -> None:
    picture = read(tmp_path, "pot.png", PNG)
    assert (picture.width, picture.height) == (640, 480)
    assert picture.media.url == f"/media/{picture.key}"
    assert picture.key.endswith("-pot.png")
    assert len(picture.key.partition("-")[0]) == 16
    assert Path(picture.media.path).read_bytes() == PNG
    other = read(tmp_path, "pot.png", PNG + b"x")
    assert other.key != picture.key


@pytest.mark.parametrize(
    ("name", "data", "says"),
    [
        ("a.svg", "<svg width='1' height='1'><script>alert(1)</script></svg>", "<script"),
        ("a.svg", "<svg width='1' height='1'><x:script/></svg>", "<x:script"),
        ("a.svg", "<svg width='1' height='1' onload='x()'/>", "onload"),
        ("a.svg", "<svg width='1' height='1'\nONLOAD = 'x()'/>", "ONLOAD"),
        ("a.svg", "<svg width='1' height='1'><foreignObject/></svg>", "foreignObject"),
        ("a.svg", "<svg width='1' height='1'><a href='javascript:x'/></svg>", "href"),
        ("a.svg", "<svg width='1' height='1'><image href=\"https://x/y\"/></svg>", "href"),
        ("a.svg", "<svg width='1' height='1'><a href='&#106;avascript:x'/></svg>", "href"),
        ("a.svg", "<svg width='1' height='1'><style>@import 'x'</style></svg>", "@import"),
        ("a.svg", "<svg width='1' height='1'><style>a{b:url(http://x)}</style></svg>", "url("),
        ("a.svg", "<svg><set attributeName='href' to='javascript:x'/></svg>", "attributeName"),
        ("a.svg", '<!DOCTYPE svg [<!ENTITY a "aaaa">]><svg>&a;</svg>', "DOCTYPE"),
        ("a.svg", "<svg width='1' height='1'>", "no well-formed SVG"),
        ("a.svg", "", "no well-formed SVG"),
        ("a.svg", "<svg/>", "says no size"),
        ("a.svg", "<svg width='0' height='1'/>", "says no size"),
        ("a.svg", "<svg viewBox='0 0 1'/>", "says no size"),
        ("a.svg", "<p width='1' height='1'/>", "says no size"),
        ("a.svg", b"\xff\xfe<svg/>", "not UTF-8"),
        ("a.png", b"", "no PNG"),
        ("a.png", b"GIF89a" + b"\0" * 40, "no PNG"),
        ("a.png", PNG[:20], "no PNG"),
        ("a.mp4", b"\0" * 40, "no .mp4"),
        ("a.webm", b"ftyp", "no .webm"),
        ("a.vtt", b"1\n00:00", "no .vtt"),
        ("a.gif", b"GIF89a", "no GIF"),
        ("a.jpg", b"\xff\xd8\xff\xc0", "no JPG"),
        ("a.bmp", b"BM", "are not served"),
        ("a.png", b"\0" * (MAX_PICTURE + 1), "are allowed"),
    ],
)
def test_what_is_not_what_it_says_or_does_more_is_refused(
    tmp_path: Path, name: str, data: str | bytes, says: str
) -> None:
    with pytest.raises(ContentError) as caught:
        read(tmp_path, name, data)
    assert says in str(caught.value)
    assert str(caught.value).startswith(f"{name}:0: ")


def test_films_and_captions(tmp_path: Path) -> None:
    assert read(tmp_path, "a.mp4", b"\0\0\0\x18ftypisom").width == 0
    assert read(tmp_path, "a.webm", b"\x1aE\xdf\xa3").media.content_type == "video/webm"
    assert read(tmp_path, "a.vtt", "\ufeffWEBVTT\n").media.content_type.startswith("text/vtt")


def test_a_translation_shows_its_own_picture_else_the_sources(tmp_path: Path) -> None:
    root = folder(
        tmp_path,
        {
            "articles/_media/tea/en/a.svg": SVG,
            "articles/_media/tea/zh_HK/a.svg": SVG.replace("rect", "g"),
            "articles/_media/tea/en/b.svg": SVG,
            "articles/_media/tea/en/unused.svg": "no svg at all",
        },
    )
    gallery = Gallery.open(root, Report(), {})
    own, source = gallery.find("tea", ZH, "a.svg"), gallery.find("tea", SOURCE, "a.svg")
    assert own.key != source.key
    assert gallery.find("tea", ZH, "b.svg").key == source.key.replace("-a.svg", "-b.svg")
    assert [s.relative for s in gallery.unused()] == ["articles/_media/tea/en/unused.svg"]
    assert set(gallery.media()) == {own.key, source.key, source.key.replace("-a.", "-b.")}


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("one\n![A pot](pto.svg)\n", "2 missing_picture: there is no file `articles/_media/tea/en"),
        ("![A pot](../pot.svg)\n", "1 bad_picture_name"),
        ("![A pot](../../tea/en/pot.svg)\n", "1 bad_picture_name"),
        ("![A pot](%2e%2e/pot.svg)\n", "1 bad_picture_name"),
        ("![A pot](/media/pot.svg)\n", "1 bad_picture_name"),
        ("![A pot](https://example.org/pot.svg)\n", "1 bad_picture_name"),
        ("![A pot](data:image/png;base64,xx)\n", "1 bad_picture_name"),
        ("![A pot]()\n", "1 bad_picture_name"),
        ("![](pot.svg)\n", "1 missing_alt"),
        ("![ ](pot.svg)\n", "1 missing_alt"),
        (
            "![film](film.mp4)\n",
            "1 bad_picture_name: `film.mp4` should be one of: gif, jpeg, jpg, png, svg, webp",
        ),
    ],
)
def test_faults_stand_on_the_line_of_the_picture(tmp_path: Path, body: str, fault: str) -> None:
    found = faults(tmp_path, body, pot_svg=SVG, film_mp4=b"\0\0\0\x18ftypisom")
    assert any(one.startswith(fault) for one in found), found


def test_a_broken_picture_is_told_by_its_own_name(tmp_path: Path) -> None:
    (fault,) = faults(tmp_path, "![A pot](pot.svg)\n", pot_svg="<svg/>")
    assert fault.startswith("articles/_media/tea/en/pot.svg:0: bad_picture: says no size")


def test_a_picture_nobody_shows_is_told_and_not_served(tmp_path: Path) -> None:
    (fault,) = faults(tmp_path / "a", "Words.\n", pot_svg=SVG)
    assert fault.startswith("articles/_media/tea/en/pot.svg:0: unused_picture")
    files: dict[str, str | bytes] = {TEA: ARTICLE, "articles/_media/tea/en/a.svg": SVG}
    assert load(tmp_path / "b", files).media == {}


def test_a_picture_linked_out_of_the_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "secret.svg").write_text(SVG)
    path = tmp_path / "site/articles/_media/tea/en"
    path.mkdir(parents=True)
    (path / "pot.svg").symlink_to(tmp_path / "secret.svg")
    (fault,) = faults(tmp_path / "site", "![A pot](pot.svg)\n")
    assert ": symlink: " in fault


def test_one_picture_shown_twice_is_served_once(tmp_path: Path) -> None:
    html = render(tmp_path, "![A](pot.svg)\n\n![B](pot.svg)\n", pot_svg=SVG).html
    assert html.count("<figure") == 2
