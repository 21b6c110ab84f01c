"""Share cards and posters: pictures with a participant's name, picture and QR code."""

import functools
import io
import unicodedata
from typing import NamedTuple

from PIL import Image, ImageDraw, ImageFilter, ImageOps

from .fonts import get_font
from .qr import to_image

INK = (24, 28, 44)
SOFT = (92, 98, 120)
ACCENT = (91, 63, 214)
TOP, BOTTOM = (112, 76, 236), (44, 120, 214)
_TEXT_MAX = 400
_CLOSING = {"Po", "Pe", "Pf"}
_HIDDEN = {"Cc", "Cf", "Cs", "Co", "Cn", "So", "Mn"}  # what fonts draw as boxes


class Card(NamedTuple):
    """What stands on a picture; every word is already in the reader's language."""

    name: str
    headline: str
    text: str
    brand: str
    hint: str
    code: str
    link: str


def clean(text: str) -> str:
    """Return ``text`` in one line, shortened, without what fonts cannot draw (emoji, controls).

    >>> clean(" Mia\\n\u200b🙂 Chen ")
    'Mia Chen'
    """
    words = text[:_TEXT_MAX].split()
    plain = " ".join(words)
    kept = "".join(char for char in plain if unicodedata.category(char) not in _HIDDEN)
    return " ".join(kept.split())


def wrap(text: str, font, width: float, lines_max: int) -> list[str]:
    """Return lines of at most ``width`` pixels; what does not fit ends with an ellipsis.

    Chinese breaks anywhere, other scripts between words, and a word longer than a line anywhere.
    """
    lines, line = [], ""
    for part in _parts(clean(text)):
        if font.getlength((line + part).rstrip()) <= width:
            line += part
            continue
        if line.strip():
            lines.append(line)
        line = part
        while font.getlength(line.rstrip()) > width:
            cut = _fit(line, font, width)
            lines.append(line[:cut])
            line = line[cut:]
        if len(lines) > lines_max:
            break
    if line.strip():
        lines.append(line)
    if len(lines) > lines_max:
        rest = "".join(lines[lines_max - 1 :])
        rest = rest[: _fit(rest, font, width - font.getlength("…"))].rstrip()
        lines = [*lines[: lines_max - 1], f"{rest}…"]
    return [line.rstrip() for line in lines]


def _parts(text):
    """Yield words with the blank after them; each Chinese character is a word."""
    word = ""
    for char in text:
        if ord(char) >= 0x2E80 and unicodedata.category(char) in _CLOSING and word:
            word += char  # no line begins with a comma
        elif ord(char) >= 0x2E80:
            if word:
                yield word
            word = char
        else:
            if word and ord(word[0]) >= 0x2E80:
                yield word
                word = ""
            word += char
            if char == " ":
                yield word
                word = ""
    if word:
        yield word


def _fit(text, font, width):
    """Return how many characters fit into ``width`` (at least one)."""
    low, high = 1, len(text)
    while low < high:
        middle = (low + high + 1) // 2
        if font.getlength(text[:middle]) <= width:
            low = middle
        else:
            high = middle - 1
    return low


@functools.lru_cache(maxsize=48)
def render_card(card: Card, picture: bytes | None = None) -> bytes:
    """Return a JPEG of 1200 × 630 pixels: what messengers show for a link (OpenGraph)."""
    image = _gradient(1200, 630)
    _panel(image, (40, 40, 1160, 590), 36)
    draw = ImageDraw.Draw(image)
    _put_avatar(image, card.name, picture, (96, 92), 132)
    _text(draw, (252, 118), card.name, 40, 470, 1, is_bold=True)
    _text(draw, (252, 172), card.brand, 28, 470, 1, fill=SOFT)
    end = _text(draw, (96, 262), card.headline, 50, 640, 2, is_bold=True)
    _text(draw, (96, end + 18), card.text, 30, 640, 3, fill=SOFT)
    _text(draw, (952, 508), card.code, 30, 330, 1, is_bold=True, fill=ACCENT, is_centred=True)
    code = to_image(card.link, 300).resize((304, 304), Image.Resampling.LANCZOS)
    image.paste(code.convert("RGB"), (800, 108))
    _text(draw, (952, 424), card.hint, 26, 330, 2, fill=SOFT, is_centred=True)
    return _save(image, "JPEG", quality=88)


@functools.lru_cache(maxsize=16)
def render_poster(card: Card, picture: bytes | None = None) -> bytes:
    """Return a PNG of 1080 × 1920 pixels: for stories, moments, and print."""
    image = _gradient(1080, 1920)
    _panel(image, (70, 300, 1010, 1780), 56)
    draw = ImageDraw.Draw(image)
    _text(draw, (540, 70), card.brand, 60, 900, 1, fill="white", is_bold=True, is_centred=True)
    _put_avatar(image, card.name, picture, (420, 190), 240)
    _text(draw, (540, 460), card.name, 52, 820, 1, is_bold=True, is_centred=True)
    end = _text(draw, (540, 560), card.headline, 66, 820, 3, is_bold=True, is_centred=True)
    _text(draw, (540, end + 30), card.text, 38, 800, 4, fill=SOFT, is_centred=True)
    code = to_image(card.link, 600).resize((600, 600), Image.Resampling.LANCZOS)
    image.paste(code.convert("RGB"), (240, 1010))
    _text(draw, (540, 1620), card.hint, 36, 820, 1, fill=SOFT, is_centred=True)
    _text(draw, (540, 1680), card.code, 46, 820, 1, fill=ACCENT, is_bold=True, is_centred=True)
    return _save(image.convert("P", palette=Image.Palette.ADAPTIVE, colors=255), "PNG")


@functools.lru_cache(maxsize=16)
def render_label(card: Card, width: int, height: int) -> bytes:
    """Return the text of one label of a print sheet as a PNG."""
    image = Image.new("RGB", (width, height), "white")
    draw = ImageDraw.Draw(image)
    middle = width // 2
    size = height // 6
    end = _text(draw, (middle, 0), card.headline, size, width - 8, 2, is_bold=True, is_centred=True)
    end = _text(draw, (middle, end), card.hint, size * 3 // 4, width - 8, 1, SOFT, is_centred=True)
    _text(draw, (middle, end), card.code, size, width - 8, 1, ACCENT, True, True)
    return _save(image, "PNG")


def _text(draw, at, text, size, width, lines_max, fill=INK, is_bold=False, is_centred=False):
    """Write wrapped text and return where the next line would begin."""
    font = get_font(size, is_bold)
    x, y = at
    for line in wrap(text, font, width, lines_max):
        draw.text((x, y), line, font=font, fill=fill, anchor="ma" if is_centred else "la")
        y += round(size * 1.3)
    return y


def _gradient(width, height):
    mask = Image.linear_gradient("L").resize((width, height))
    return Image.composite(
        Image.new("RGB", (width, height), BOTTOM), Image.new("RGB", (width, height), TOP), mask
    )


def _panel(image, box, radius):
    shadow = Image.new("L", image.size, 0)
    ImageDraw.Draw(shadow).rounded_rectangle([n + 6 for n in box], radius, fill=70)
    shadow = shadow.resize((image.width // 4, image.height // 4)).filter(ImageFilter.BoxBlur(4))
    image.paste((10, 12, 40), mask=shadow.resize(image.size))
    ImageDraw.Draw(image).rounded_rectangle(box, radius, fill="white")


def _put_avatar(image, name, picture, at, size):
    """Put a round picture, or the name's first letter on a colour, with a white rim."""
    twice = size * 2
    mask = Image.new("L", (twice, twice), 0)
    ImageDraw.Draw(mask).ellipse((0, 0, twice - 1, twice - 1), fill=255)
    mask = mask.resize((size, size), Image.Resampling.LANCZOS)
    if picture:
        with Image.open(io.BytesIO(picture)) as opened:
            face = ImageOps.fit(opened.convert("RGB"), (size, size))
    else:
        face = Image.new("RGB", (size, size), ACCENT)
        letter = (clean(name) or "·")[0].upper()
        font = get_font(size // 2, True)
        ImageDraw.Draw(face).text((size // 2, size // 2), letter, "white", font, anchor="mm")
    rim = size // 20
    outer = mask.resize((size + 2 * rim, size + 2 * rim))
    image.paste("white", (at[0] - rim, at[1] - rim), outer)
    image.paste(face, at, mask)


def _save(image, kind, **options):
    out = io.BytesIO()
    image.save(out, kind, optimize=kind != "PNG", **options)
    return out.getvalue()
