#!/usr/bin/env python3
"""Make the sample pictures in this folder.

usage: make_samples.py

All places are real, nothing else is. Needs the package pillow; the pictures are committed, so nobody
who only uses them needs it. The same version makes the same bytes.
"""
import io
import math
import random
import struct
from pathlib import Path

from PIL import Image, ImageDraw, ImageFilter, ImageFont
from PIL.TiffImagePlugin import IFDRational

HERE = Path(__file__).parent
LISBON = (38.6916, -9.2160)
PARIS = (48.8584, 2.2945)
CAMERA, PHONE = ("Example", "Example Box 1"), ("Example", "Example Phone")
CONTENT_ID = "6B43A1D2-0C1B-4C53-9E4B-0D5A7E1F3C22"


def landscape(seed, size=(960, 720)):
    """A sky, hills, a sun and houses."""
    rng = random.Random(seed)
    width, height = size
    sky, ground = rng.choice([(120, 170, 220), (230, 160, 110), (90, 110, 160)]), rng.choice([(70, 110, 60), (150, 130, 90)])
    picture = Image.new("RGB", size)
    draw = ImageDraw.Draw(picture)
    for y in range(height):
        light = 1.1 - 0.4 * y / height
        draw.line([(0, y), (width, y)], fill=tuple(min(255, round(part * light)) for part in sky))
    sun = (rng.uniform(0.1, 0.9) * width, rng.uniform(0.1, 0.3) * height)
    draw.ellipse([sun[0] - 45, sun[1] - 45, sun[0] + 45, sun[1] + 45], fill=(255, 240, 200))
    horizon, waves = rng.uniform(0.5, 0.65), [(rng.uniform(3, 14), rng.uniform(0, 6), rng.uniform(0.01, 0.05)) for _ in range(3)]
    for x in range(width):
        ridge = horizon + sum(math.sin(x / width * often + start) * high for often, start, high in waves)
        draw.line([(x, ridge * height), (x, height)], fill=ground)
    for _ in range(rng.randint(6, 10)):
        x, y, wide, high = rng.uniform(0, width), rng.uniform(0.6, 0.9) * height, rng.uniform(40, 130), rng.uniform(40, 110)
        wall = tuple(rng.randint(90, 240) for _ in range(3))
        draw.rectangle([x, y - high, x + wide, y], fill=wall)
        draw.polygon([(x - 8, y - high), (x + wide / 2, y - high - 35), (x + wide + 8, y - high)], fill=(150, 60, 50))
    return picture.filter(ImageFilter.GaussianBlur(1))


def slip(lines, width=620):
    """A receipt on a table."""
    font = ImageFont.load_default(size=26)
    paper = Image.new("RGB", (width, 40 * len(lines) + 120), (246, 246, 242))
    draw = ImageDraw.Draw(paper)
    for number, line in enumerate(lines):
        left, _, right = line.partition("\t")
        y = 60 + 40 * number
        if right:
            draw.text((50, y), left, font=font, fill=(35, 35, 35))
            draw.text((width - 50 - draw.textlength(right, font=font), y), right, font=font, fill=(35, 35, 35))
        else:
            draw.text(((width - draw.textlength(left, font=font)) / 2, y), left, font=font, fill=(35, 35, 35))
    table = Image.new("RGB", (paper.width + 160, paper.height + 160), (120, 95, 70))
    table.paste(paper, (80, 80))
    return table.rotate(1.2, resample=Image.BICUBIC, fillcolor=(120, 95, 70))


def degrees(value):
    value = abs(value)
    return (IFDRational(int(value)), IFDRational(int(value * 60 % 60)), IFDRational(round(value * 3600 % 60 * 100), 100))


def exif(taken, zone=None, place=None, camera=None):
    data = Image.Exif()
    if camera:
        data[0x010F], data[0x0110] = camera
    data.get_ifd(0x8769).update({0x9003: taken} | ({0x9011: zone} if zone else {}))
    if place:
        latitude, longitude = place
        data.get_ifd(0x8825).update({
            1: "N" if latitude >= 0 else "S", 2: degrees(latitude), 3: "E" if longitude >= 0 else "W", 4: degrees(longitude)})
    return data


def jpeg(picture, quality=72, **shot):
    out = io.BytesIO()
    picture.save(out, "JPEG", quality=quality, **({"exif": exif(**shot)} if shot else {}))
    return out.getvalue()


def box(kind, content):
    return struct.pack(">I", len(content) + 8) + kind + content


def movie(content_id):
    """A QuickTime file without pictures, with the id that the movie of a Live Photo has."""
    key = box(b"mdta", b"com.apple.quicktime.content.identifier")
    item = box(struct.pack(">I", 1), box(b"data", struct.pack(">II", 1, 0) + content_id.encode()))
    meta = box(b"hdlr", bytes(8) + b"mdta" + bytes(13)) + box(b"keys", struct.pack(">II", 0, 1) + key) + box(b"ilst", item)
    return box(b"ftyp", b"qt  " + bytes(4) + b"qt  ") + box(b"moov", box(b"mvhd", bytes(100)) + box(b"meta", meta))


def heic(preview):
    """A HEIC whose picture nothing reads, with a preview that is JPEG, as some cameras write it."""
    return box(b"ftyp", b"heic" + bytes(4) + b"mif1heic") + box(b"mdat", bytes(32) + preview)


def write(name, data):
    (HERE / name).write_bytes(data)


for number in range(3):
    burst = landscape(1).transform((960, 720), Image.AFFINE, (1, 0, 3 * number, 0, 1, number))
    write(f"IMG_000{number + 1}.jpg", jpeg(burst, taken="2026:05:01 10:00:00", zone="+01:00", place=LISBON, camera=CAMERA))
write("IMG_0004.jpg", jpeg(landscape(2), taken="2026:05:01 10:20:00", zone="+01:00", place=LISBON, camera=CAMERA))
write("IMG_0005.jpg", jpeg(landscape(3), taken="2026:05:03 18:30:00", zone="+02:00", place=PARIS, camera=PHONE))
write("IMG_0005.mov", movie(CONTENT_ID))
write("IMG_0006.jpg", jpeg(landscape(4), taken="2026:05:03 19:10:00", zone="+02:00", place=PARIS, camera=PHONE))
write("IMG_0006 small.jpg", jpeg(landscape(4).resize((480, 360)), quality=60))
write("IMG_0006 turned.jpg", jpeg(landscape(4).rotate(90, expand=True), quality=60))
write("IMG_20260504_091500.heic", heic(jpeg(slip([
    "CAFÉ DO PORTO", "Rua Nova 12, Lisboa", "", "Receipt No. 4471", "04.05.2026 09:15", "",
    "Coffee\t2.20", "Custard tart\t1.90", "Orange juice\t3.40", "", "TOTAL EUR\t7.50", "VAT 13 %\t0.86", "", "Paid by card", "Thank you",
]), quality=62)))
