"""Renders pages of text with what scanners do to them; needs Pillow. python render_pages.py FOLDER"""

import random
import sys
from pathlib import Path

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageFont

LINES = """Northwind Stationery Ltd
12 Harbour Street, Bristol BS1 4QA
INVOICE No. 2026-0417      Date: 5 March 2026
Description           Qty     Price     Amount
Copy paper A4, 80 g    10      4.25      42.50
Ballpoint pens, blue   24      0.65      15.60
Filing boxes, grey      6      3.10      18.60
Delivery                1      5.90       5.90
Subtotal                                 82.60
VAT 20 %                                 16.52
TOTAL GBP                                99.12
Please pay within 30 days to account 20-48-11 73920164.
Thank you for your order, Jane Whitfield (sales@northwind.example)""".splitlines()


def page(size):
    font = ImageFont.load_default(size)
    image = Image.new("L", (size * 34, size * (len(LINES) * 2 + 3)), 255)
    draw = ImageDraw.Draw(image)
    for row, line in enumerate(LINES):
        for word, x in words(line):
            draw.text((size * 1.5 + x * size * 0.6, size * (row * 2 + 1.5)), word, 0, font)
    return image


def words(line):
    """Cells at the place where they stand in the line."""
    parts, at = [], 0
    for cell in line.replace("   ", "\0").split("\0"):
        if cell.strip():
            parts.append((cell.strip(), at + len(cell) - len(cell.lstrip())))
        at += len(cell) + 3
    return parts


def noise(image, amount):
    random.seed(7)
    grain = Image.new("L", image.size)
    grain.putdata([random.randrange(amount) for _ in range(image.width * image.height)])
    return ImageChops.subtract(image, grain)


def shade(image):
    ramp = Image.linear_gradient("L").resize(image.size).point(lambda value: value // 2)
    return ImageChops.subtract(image, ramp)


PAGES = {
    "plain": lambda: page(24),
    "noise": lambda: noise(page(24), 120),
    "skew": lambda: page(24).rotate(2.5, expand=True, fillcolor=255, resample=Image.BICUBIC),
    "shade": lambda: shade(page(24)),
    "blur": lambda: page(24).filter(ImageFilter.GaussianBlur(1.6)),
    "small": lambda: page(32).resize((450, 32 * (len(LINES) * 2 + 3) * 450 // (32 * 34)), Image.LANCZOS),
}

folder = Path(sys.argv[1])
text = "\n".join(" ".join(line.split()) for line in LINES)
for name, make in PAGES.items():
    make().save(folder / f"{name}.png")
    (folder / f"{name}.txt").write_text(text)
