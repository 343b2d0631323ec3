"""What is made of pictures that strangers send; the decoder runs in this process here."""

import json
from io import BytesIO

import pytest
from PIL import Image

from agent_desktop.picture_process import SIDE_MAX, THUMBNAIL_SIDE_MAX, Refused, answer, clean
from tests.fakes.photos import bomb, jpeg


def encoded(image: Image.Image, kind: str, **more: object) -> bytes:
    file = BytesIO()
    image.save(file, kind, **more)  # type: ignore[arg-type]
    return file.getvalue()


def files_of(said: bytes) -> tuple[dict[str, int], bytes, bytes]:
    line, _, files = said.partition(b"\n")
    words = json.loads(line)
    return words, files[: words["picture"]], files[words["picture"] :]


def test_nothing_but_the_pixels_is_kept() -> None:
    sent = jpeg()
    assert b"tajny komentarz" in sent
    assert Image.open(BytesIO(sent)).getexif().get_ifd(0x8825)
    words, picture, thumbnail = files_of(answer(sent))
    assert (words["width"], words["height"], words["thumbnail"]) == (640, 480, len(thumbnail))
    for file in (picture, thumbnail):
        opened = Image.open(BytesIO(file))
        assert (opened.format, dict(opened.getexif())) == ("JPEG", {})
        assert set(opened.info) <= {
            "jfif",
            "jfif_version",
            "jfif_unit",
            "jfif_density",
            "progressive",
            "progression",
        }
        for trace in (b"Exif", b"tajny", b"Fabryka", b"Telefon", b"ICC_PROFILE", b"http://ns.adobe.com"):
            assert trace not in file, trace


def test_a_picture_that_was_held_upright_stays_upright() -> None:
    exif = Image.Exif()
    exif[0x0112] = 6
    image = Image.new("RGB", (400, 200), "red")
    image.paste("blue", (0, 0, 200, 200))
    picture, _ = clean(encoded(image, "JPEG", exif=exif))
    assert picture.size == (200, 400)
    assert picture.getpixel((100, 50))[2] > 200  # type: ignore[index]
    assert picture.getpixel((100, 350))[0] > 200  # type: ignore[index]


def test_large_ones_are_made_smaller_and_small_ones_left() -> None:
    picture, thumbnail = clean(encoded(Image.new("RGB", (4_000, 3_000), "green"), "JPEG"))
    assert (max(picture.size), max(thumbnail.size)) == (SIDE_MAX, THUMBNAIL_SIDE_MAX)
    picture, thumbnail = clean(encoded(Image.new("RGB", (1, 1), "green"), "PNG"))
    assert (picture.size, thumbnail.size) == ((1, 1), (1, 1))


@pytest.mark.parametrize("mode", ["1", "L", "LA", "P", "RGBA", "I;16"])
def test_every_kind_of_png_becomes_a_picture(mode: str) -> None:
    picture, _ = clean(encoded(Image.new(mode, (30, 20)), "PNG"))
    assert (picture.mode, picture.size) == ("RGB", (30, 20))


def test_what_is_transparent_lies_on_white() -> None:
    picture, _ = clean(encoded(Image.new("RGBA", (30, 20), (255, 0, 0, 0)), "WEBP", lossless=True))
    assert picture.getpixel((5, 5)) == (255, 255, 255)


def test_of_a_moving_picture_the_first_frame_is_kept() -> None:
    frames = [Image.new("RGB", (20, 20), colour) for colour in ("red", "blue")]
    sent = encoded(frames[0], "WEBP", save_all=True, append_images=frames[1:], lossless=True)
    picture, _ = clean(sent)
    assert picture.getpixel((5, 5)) == (255, 0, 0)


@pytest.mark.parametrize(
    ("sent", "word"),
    [
        (bomb(), "too_many_pixels"),
        (b"", "broken"),
        (b"to nie jest zdjecie", "broken"),
        (jpeg()[:2_000], "broken"),
        (encoded(Image.new("P", (5, 5)), "GIF"), "broken"),
        (encoded(Image.new("RGB", (5, 5)), "TIFF"), "broken"),
        (b"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 10 10\n", "broken"),
    ],
    ids=["bomb", "empty", "text", "cut", "gif", "tiff", "postscript"],
)
def test_what_is_no_photo_is_refused_with_a_word(sent: bytes, word: str) -> None:
    with pytest.raises(Refused, match=word):
        clean(sent)
    assert json.loads(answer(sent)) == {"refused": word}
