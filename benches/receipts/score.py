#!/usr/bin/env python3
"""Reads the documents of generate.py with the engines of the program and scores what came out.

usage: score.py SET [--part dev|test] [--errors N] [--limit N] [--out FILE] [--no-scans] [--read-only]

Pictures are read once: their texts are kept in SET/ocr. Needs the built examples `read` of finance
and `ocr` of ext-ops-ocr-rten. With `--errors`, prints that many faults; look at those of the dev
part only.
"""
import argparse
import difflib
import email
import email.policy
import json
import os
import re
import subprocess
import tempfile
from collections import Counter, defaultdict
from pathlib import Path

from blake3 import blake3

TARGET = Path(os.environ.get("CARGO_TARGET_DIR", Path(__file__).resolve().parents[2] / "target"))
FIELDS = ("vendor", "date", "amount", "currency", "tax")
SURE = 0.8


def missing_pictures(cache: Path, path: Path) -> list[tuple[str, bytes]]:
    """The pictures of a mail that were not read yet, with their digests."""
    message = email.message_from_bytes(path.read_bytes(), policy=email.policy.default)
    pictures = [part.get_payload(decode=True) for part in message.iter_attachments() if part.get_content_maintype() == "image"]
    named = [(blake3(data).hexdigest(), data) for data in pictures]
    return [(digest, data) for digest, data in named if not (cache / f"{digest}.txt").exists()]


def read_pictures(cache: Path, mails: list[Path]) -> None:
    """Puts the text of each picture into the cache."""
    cache.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory() as temp:
        missing = []
        for path in mails:
            for digest, data in missing_pictures(cache, path):
                missing.append(Path(temp, f"{digest}.jpg"))
                missing[-1].write_bytes(data)
        for at in range(0, len(missing), 50):
            subprocess.run([TARGET / "debug/examples/ocr", "--out", cache, *missing[at:at + 50]], check=True,
                           stderr=subprocess.DEVNULL)


def read(cache: Path, mails: list[Path]) -> list[dict]:
    lines = []
    for at in range(0, len(mails), 400):
        done = subprocess.run([TARGET / "debug/examples/read", cache, *mails[at:at + 400]], check=True, capture_output=True, text=True)
        lines += [json.loads(line) for line in done.stdout.splitlines()]
    return lines


def same_vendor(want: str, got) -> bool:
    """As generously as a person: without legal forms, one in the other, or nearly alike."""
    def plain(text) -> str:
        text = re.sub(r"[^\w ]", " ", str(text).lower())
        forms = r"\b(sdn|bhd|gmbh|ltd|limited|inc|llc|ag|kg|bv|sarl|sas|co|pty|pte|corp|sp|z o o|s r o|a s|oy|ab|aps|as)\b"
        return " ".join(re.sub(forms, " ", text).split())
    a, b = plain(want), plain(got or "")
    if not a or not b:
        return False
    return a in b or b in a and len(b) >= min(4, len(a)) or difflib.SequenceMatcher(None, a, b).ratio() >= 0.8


def checks(want: dict, got: dict) -> dict[str, bool]:
    same_amount = lambda a, b: isinstance(b, (int, float)) and abs(a - b) < 0.005
    return {
        "vendor": same_vendor(want["vendor"], got.get("vendor")),
        "date": str(got.get("date"))[:10] == want["date"],
        "amount": same_amount(want["amount"], got.get("amount")),
        "currency": got.get("currency") == want["currency"],
        "tax": same_amount(want["tax"], got.get("tax")),
    }


def matched(purchases: list[dict], receipts: list[dict]) -> list[tuple[dict, dict | None]]:
    """Each purchase with the booked receipt that agrees with it most."""
    left = list(receipts)
    pairs = []
    for want in purchases:
        best = max(left, key=lambda one: sum(checks(want, one).values()), default=None)
        if best is not None:
            left.remove(best)
        pairs.append((want, best))
    return pairs


def main() -> None:
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("set", type=Path)
    parser.add_argument("--part", default="dev")
    parser.add_argument("--errors", type=int, default=0)
    parser.add_argument("--limit", type=int)
    parser.add_argument("--out", type=Path)
    parser.add_argument("--no-scans", action="store_true", help="leave out what is a picture")
    parser.add_argument("--read-only", action="store_true", help="leave out pictures that were not read yet")
    given = parser.parse_args()
    folder = given.set / given.part
    truths = [json.loads(line) for line in (folder / "truth.jsonl").read_text().splitlines()][: given.limit]
    if given.no_scans:
        truths = [truth for truth in truths if "scan" not in truth["kind"]]
    if given.read_only:
        truths = [truth for truth in truths if not missing_pictures(given.set / "ocr", folder / f"{truth['name']}.eml")]
    mails = [folder / f"{truth['name']}.eml" for truth in truths]
    if not given.read_only:
        read_pictures(given.set / "ocr", mails)
    results = read(given.set / "ocr", mails)
    if given.out:
        given.out.write_text("\n".join(json.dumps({**truth, **result}, ensure_ascii=False) for truth, result in zip(truths, results)) + "\n")
    report(truths, results, given.errors)


def report(truths, results, errors: int) -> None:
    asked, right, sure, wrong = Counter(), Counter(), Counter(), Counter()
    booked_wrongly, faults, times = [], [], []
    by_layout = defaultdict(lambda: [0, 0])
    for truth, result in zip(truths, results):
        receipts, kind = result["receipts"], truth["kind"]
        if kind == "negative":
            asked["negative"] += 1
            if receipts:
                booked_wrongly.append(f"{truth['name']} ({truth['layout']}, {truth['language']})")
            continue
        if "scan" not in kind:
            times.append(result["ms"])
        for want, booked in matched(truth["purchases"], receipts):
            got = booked or {}
            found = checks(want, got)
            whole = all(found[field] for field in ("vendor", "date", "amount"))
            for key in (kind, "all"):
                asked[key] += 1
                right[key, "whole"] += whole
                right[key, "booked"] += booked is not None
                for field in FIELDS:
                    right[key, field] += found[field]
            layout = by_layout[f"{kind}: {truth['layout']}"]
            layout[0] += whole
            layout[1] += 1
            if booked:
                rows = [("row", booked["confidence"], whole)]
                rows += [(field, booked["evidence"].get(field, {}).get("confidence", 0), found[field]) for field in ("vendor", "date", "amount")]
                for field, confidence, ok in rows:
                    sure[field] += confidence >= SURE
                    wrong[field] += confidence >= SURE and not ok
            if not whole:
                faults.append((truth, want, got, [field for field in FIELDS if not found[field]], result))
    kinds = sorted({key for key in asked if key not in ("all", "negative")}) + ["all"]
    print(f"{'kind':16}{'docs':>6}{'whole':>8}" + "".join(f"{field:>10}" for field in (*FIELDS, "booked")))
    for kind in kinds:
        total = max(1, asked[kind])
        print(f"{kind:16}{asked[kind]:6}{right[kind, 'whole'] / total:8.1%}" + "".join(f"{right[kind, field] / total:10.1%}" for field in (*FIELDS, "booked")))
    print(f"negatives booked: {len(booked_wrongly)} of {asked['negative']} {' '.join(booked_wrongly[:20]) if errors else ''}")
    for field in ("vendor", "date", "amount", "row"):
        print(f"confidence >= {SURE} in {field:7}: {sure[field]:5} ({sure[field] / max(1, asked['all']):.0%}), of these wrong {wrong[field]} ({wrong[field] / max(1, sure[field]):.1%})")
    print(f"milliseconds a document with text: mean {sum(times) / max(1, len(times)):.1f}, longest {max(times, default=0):.1f}")
    if not errors:
        return
    for layout, (whole, count) in sorted(by_layout.items(), key=lambda one: one[1][0] / one[1][1]):
        print(f"  {layout:40} {whole:4} / {count}")
    for truth, want, got, fields, result in faults[:errors]:
        line = " ".join(f"{field}: {want[field]!r} != {got.get(field)!r};" for field in fields)
        print(f"  {truth['name']} {truth['layout']} {truth['country']} {line} {'' if got else result['reason'] or result['error'] or ''}")


if __name__ == "__main__":
    main()
