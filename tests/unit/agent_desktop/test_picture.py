"""What the first bytes of a file say, and what is believed of the process that cleans it."""

import json

import pytest

from agent_desktop.picture import PictureFault, PictureRefused, fault_of_head, picture_of

HEADS = [
    (b"\xff\xd8\xff\xe0\x00\x10JFIF\0\1", None),
    (b"\x89PNG\r\n\x1a\n\0\0\0\r", None),
    (b"RIFF\x24\0\0\0WEBP", None),
    (b"RIFF\x24\0\0\0WAVE", PictureFault.NO_PICTURE),
    (b"\0\0\0\x18ftypheic", PictureFault.HEIC),
    (b"\0\0\0\x18ftypmif1", PictureFault.HEIC),
    (b"\0\0\0\x18ftypavif", PictureFault.NO_PICTURE),
    (b"GIF89a......", PictureFault.NO_PICTURE),
    (b"<html>", PictureFault.NO_PICTURE),
    (b"<svg xmlns=", PictureFault.NO_PICTURE),
    (b"", PictureFault.EMPTY),
]


@pytest.mark.parametrize(("head", "fault"), HEADS)
def test_the_first_bytes_say_whether_a_file_is_opened(head: bytes, fault: PictureFault | None) -> None:
    assert fault_of_head(head) == fault


def test_what_the_process_made_is_a_picture_named_by_what_was_sent() -> None:
    words = {"width": 4, "height": 3, "picture": 5, "thumbnail": 2}
    picture = picture_of(json.dumps(words).encode() + b"\nwholeth", "d")
    assert (picture.picture, picture.thumbnail, picture.digest) == (b"whole", b"th", "d")
    assert (picture.width, picture.height) == (4, 3)


SAID = [
    (b'{"refused": "too_many_pixels"}\n', PictureFault.TOO_MANY_PIXELS),
    (b'{"refused": "by a word nobody knows"}\n', PictureFault.BROKEN),
    (b"", PictureFault.BROKEN),
    (b"no json", PictureFault.BROKEN),
    (b"{}\n", PictureFault.BROKEN),
    (b"[1]\n", PictureFault.BROKEN),
    (b'{"width": 4, "height": 3, "picture": 9, "thumbnail": 9}\nshort', PictureFault.BROKEN),
    (b'{"width": -4, "height": 3, "picture": 2, "thumbnail": 2}\nabcd', PictureFault.BROKEN),
    (b'{"width": "x", "height": 3, "picture": 2, "thumbnail": 2}\nabcd', PictureFault.BROKEN),
]


@pytest.mark.parametrize(("said", "fault"), SAID)
def test_a_process_that_refuses_or_says_nonsense_has_refused_the_file(
    said: bytes, fault: PictureFault
) -> None:
    with pytest.raises(PictureRefused) as refusal:
        picture_of(said, "d")
    assert refusal.value.fault is fault
