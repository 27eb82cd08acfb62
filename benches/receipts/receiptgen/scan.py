"""A slip as a picture, and what happens to it on paper and under a camera."""
import io
import math
from random import Random

import numpy as np
from PIL import Image, ImageDraw, ImageFilter, ImageFont

FONTS = ["/usr/share/fonts/truetype/liberation/LiberationMono-Regular.ttf", "/usr/share/fonts/truetype/liberation/LiberationMono-Bold.ttf",
         "/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf", "/usr/share/fonts/truetype/hack/Hack-Regular.ttf",
         "/usr/share/fonts/truetype/inconsolata/Inconsolata.otf"]
JAPANESE = "/usr/share/fonts/opentype/ipafont-gothic/ipag.ttf"


def draw(rng: Random, lines: list[str], japanese: bool) -> Image.Image:
    size = rng.choice((22, 24, 28))
    signs = any(c in line for line in lines for c in "₺₹")
    path = JAPANESE if japanese else FONTS[2] if signs else rng.choice(FONTS)
    font, large = ImageFont.truetype(path, size), ImageFont.truetype(path, int(size * 1.4))
    big_name = rng.random() < 0.5
    advance = font.getlength("0")
    width = int(max(max((font.getlength(line) for line in lines), default=200), 20 * advance) + 80)
    gap = int(size * rng.choice((1.25, 1.4)))
    image = Image.new("L", (width, gap * len(lines) + 140), 250)
    pen = ImageDraw.Draw(image)
    y = 50
    for at, line in enumerate(lines):
        head = at == 0 and big_name
        text = line.strip() if head else line
        used = large if head and large.getlength(text) < width - 40 else font
        x = (width - used.getlength(text)) / 2 if head else 40
        pen.text((x, y), text, fill=20, font=used)
        y += int(gap * (1.3 if head else 1))
    return image


def degrade(rng: Random, image: Image.Image, hard: bool) -> Image.Image:
    """Shade, folds, faded print, skew, blur and noise, each by chance."""
    pixels = np.asarray(image, dtype=np.float32)
    noise = np.random.default_rng(rng.randint(0, 2**31))
    height, width = pixels.shape
    if rng.random() < 0.6:  # faded print
        ink = 1 - pixels / 250
        fade = np.interp(np.arange(width), [0, rng.uniform(0, width), width], [1, rng.uniform(0.45, 0.8), 1])
        pixels = 250 * (1 - ink * fade[None, :] * rng.uniform(0.6, 1.0))
    if rng.random() < 0.5:  # missing dots of a thermal head
        pixels = np.where(noise.random(pixels.shape) < 0.02, 250, pixels)
    angle = rng.uniform(0, math.tau)
    ramp = (np.arange(height)[:, None] * math.sin(angle) / height + np.arange(width)[None, :] * math.cos(angle) / width)
    pixels = pixels * (1 - rng.uniform(0.0, 0.45) * (ramp - ramp.min()))
    for _ in range(rng.choice((0, 0, 1, 2))):  # folds
        at = rng.randint(height // 6, height - 10)
        pixels[at: at + 2, :] *= rng.uniform(0.7, 0.9)
        pixels[at + 2: at + 14, :] *= rng.uniform(0.9, 1.05)
    pixels += noise.normal(0, rng.uniform(1, 9 if hard else 5), pixels.shape)
    image = Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))
    image = image.rotate(rng.uniform(-2.2, 2.2) if hard else rng.uniform(-1, 1), expand=True, fillcolor=rng.randint(120, 240), resample=Image.BICUBIC)
    if rng.random() < 0.7:
        image = image.filter(ImageFilter.GaussianBlur(rng.uniform(0.3, 1.3 if hard else 0.9)))
    scale = rng.uniform(0.6, 1.0)
    return image.resize((int(image.width * scale), int(image.height * scale)), Image.BILINEAR)


def jpeg(rng: Random, image: Image.Image) -> bytes:
    out = io.BytesIO()
    image.save(out, "JPEG", quality=rng.choice((40, 55, 70, 85)))
    return out.getvalue()


def of_pdf(data: bytes) -> Image.Image:
    """The first page of a PDF at 130 dpi."""
    import pypdfium2
    page = pypdfium2.PdfDocument(data)[0]
    return page.render(scale=130 / 72).to_pil().convert("L")
