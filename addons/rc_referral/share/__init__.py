"""What participants hand out as files: QR codes, share cards, posters, print sheets.

Plain functions from texts to bytes; they know Pillow and reportlab, and nothing of Odoo.
"""
