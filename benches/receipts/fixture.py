#!/usr/bin/env python3
"""Keeps texts of made-up documents with their truth, for the test of ext-ops-text-extractive.

usage: fixture.py RESULTS... > crates/ext-ops-text-extractive/tests/made-up.jsonl

RESULTS are files of `score.py --out FILE --no-scans` over a set of a seed of its own. Each line of the
output is what the engine is asked and what is right.
"""
import json
import sys
from pathlib import Path


def main() -> None:
    if len(sys.argv) < 2:
        sys.exit(__doc__)
    for file in sys.argv[1:]:
        for line in Path(file).read_text().splitlines():
            result = json.loads(line)
            if len(result["purchases"]) != 1 or len(result["asked"]) != 1:
                continue
            want = result["purchases"][0]
            kept = {"layout": result["layout"], **result["asked"][0], **{key: want[key] for key in ("vendor", "date", "amount")}}
            print(json.dumps(kept, ensure_ascii=False))


if __name__ == "__main__":
    main()
