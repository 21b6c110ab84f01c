"""A page of stickers to print: QR codes with their headline and code."""

import io

from reportlab.lib.pagesizes import A4
from reportlab.lib.units import mm
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from . import qr
from .card import Card, clean, render_label

COLUMNS, ROWS = 3, 4
_MARGIN = 8 * mm
_PIXELS = 6  # of the text, for each point: 432 dpi


def render_sheet(cards: list[Card], title: str) -> bytes:
    """Return a PDF (A4) with one label for each card, twelve on a page, and lines to cut along."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=A4, pageCompression=1)
    canvas.setTitle(clean(title))
    width = (A4[0] - 2 * _MARGIN) / COLUMNS
    height = (A4[1] - 2 * _MARGIN) / ROWS
    for number, card in enumerate(cards):
        place = number % (COLUMNS * ROWS)
        if number and not place:
            canvas.showPage()
        x = _MARGIN + place % COLUMNS * width
        y = A4[1] - _MARGIN - (place // COLUMNS + 1) * height
        _draw_label(canvas, card, x, y, width, height)
    canvas.save()
    return out.getvalue()


def _draw_label(canvas, card, x, y, width, height):
    canvas.setStrokeGray(0.8)
    canvas.setDash(2, 2)
    canvas.rect(x, y, width, height)
    code = min(width, height) * 0.68
    qr.draw(canvas, card.link, x + (width - code) / 2, y + height - code - 2 * mm, code)
    text_width, text_height = width - 6 * mm, height - code - 5 * mm
    label = render_label(card, round(text_width * _PIXELS), round(text_height * _PIXELS))
    canvas.drawImage(
        ImageReader(io.BytesIO(label)), x + 3 * mm, y + 2 * mm, text_width, text_height
    )
