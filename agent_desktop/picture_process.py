"""Makes a clean JPEG and a thumbnail of a picture that somebody sent; it is started as a process by its path.

Theory of operation. Decoders of pictures are large programs in C that read what strangers wrote, so they
never run in the process that has sessions and data. This one gets the file on its standard input, has no
secret in its environment, little memory and little processor time, and is killed where it takes too long. It
answers on its standard output with one line of JSON, `{"refused": word}` or the sides and lengths, and then
the two files. The pixels go into a new picture, so nothing but pixels is kept: no EXIF, place, time, device,
comment or profile. Only JPEG, PNG and WebP are opened, of a moving picture the first frame.
"""

import json
import resource
import sys
from io import BytesIO

from PIL import Image, ImageOps

PIXELS_MAX = 64_000_000
"""A file that says it is larger is not decoded at all; telephones take up to 50 million by themselves."""
SIDE_MAX = 2_048
THUMBNAIL_SIDE_MAX = 320
QUALITY = 82
FORMATS = ("JPEG", "PNG", "WEBP")
MEMORY_BYTES_MAX = 1024**3
PROCESSOR_S_MAX = 15


class Refused(Exception):
    """The file is not taken; the word says why."""


def clean(upload: bytes) -> tuple[Image.Image, Image.Image]:
    """Return picture and thumbnail as new pictures of bare pixels; raise `Refused`."""
    try:
        with Image.open(BytesIO(upload), formats=FORMATS) as opened:
            picture = _decoded(opened)
    except (Image.DecompressionBombError, MemoryError):
        raise Refused("too_many_pixels") from None
    except Refused:
        raise
    except Exception:  # noqa: BLE001 - decoders raise whatever they like at files that are broken
        raise Refused("broken") from None
    thumbnail = picture.copy()
    thumbnail.thumbnail((THUMBNAIL_SIDE_MAX, THUMBNAIL_SIDE_MAX))
    return picture, thumbnail


def _decoded(opened: Image.Image) -> Image.Image:
    """Return the picture upright and not too large; nothing of it is read before its sides are known."""
    if opened.width * opened.height > PIXELS_MAX:
        raise Refused("too_many_pixels")
    opened.thumbnail((SIDE_MAX, SIDE_MAX), reducing_gap=2.0)
    return _flat(ImageOps.exif_transpose(opened))


def _flat(image: Image.Image) -> Image.Image:
    """Return the pixels alone, on white where they are transparent."""
    flat = Image.new("RGB", image.size, "white")
    if image.has_transparency_data:
        layer = image.convert("RGBA")
        flat.paste(layer, mask=layer.getchannel("A"))
    else:
        flat.paste(image.convert("RGB"))
    return flat


def jpeg(image: Image.Image) -> bytes:
    """Return the picture as a JPEG file."""
    file = BytesIO()
    image.save(file, "JPEG", quality=QUALITY, optimize=True, progressive=True)
    return file.getvalue()


def answer(upload: bytes) -> bytes:
    """Return what goes to the standard output."""
    try:
        picture, thumbnail = clean(upload)
    except Refused as refusal:
        return json.dumps({"refused": str(refusal)}).encode() + b"\n"
    files = (jpeg(picture), jpeg(thumbnail))
    words = {
        "width": picture.width,
        "height": picture.height,
        "picture": len(files[0]),
        "thumbnail": len(files[1]),
    }
    return json.dumps(words).encode() + b"\n" + files[0] + files[1]


def main() -> None:
    """Read, limit oneself, decode, answer."""
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES_MAX, MEMORY_BYTES_MAX))
    resource.setrlimit(resource.RLIMIT_CPU, (PROCESSOR_S_MAX, PROCESSOR_S_MAX))
    resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0))
    resource.setrlimit(resource.RLIMIT_NPROC, (0, 0))
    Image.MAX_IMAGE_PIXELS = PIXELS_MAX
    sys.stdout.buffer.write(answer(sys.stdin.buffer.read()))


if __name__ == "__main__":
    main()
