"""Reads images with the Python package of the same models. python read_with_rapidocr.py OUT IMAGE...

Its defaults, but for the models, which are named to be those that the host uses.
"""

import logging
import sys
from pathlib import Path

from rapidocr import ModelType, OCRVersion, RapidOCR

logging.disable(logging.INFO)
models = {"Det.ocr_version": OCRVersion.PPOCRV6, "Rec.ocr_version": OCRVersion.PPOCRV6,
          "Det.model_type": ModelType.SMALL, "Rec.model_type": ModelType.SMALL}
engine = RapidOCR(params=models)
for image in sys.argv[2:]:
    lines = engine(image).txts or []
    (Path(sys.argv[1]) / Path(image).stem).with_suffix(".txt").write_text("\n".join(lines))
