#!/usr/bin/env python3
"""Trains the rankers of ext-ops-text-extractive on the dev part and writes their tables.

usage: train.py RESULTS... [--weights FOLDER] [--trees N]

RESULTS are files of `score.py --part dev --out FILE`. Needs the built example `candidates` of
ext-ops-text-extractive. A candidate is right where its value is. What is told about confidence comes
from documents of layouts that the trees had not seen: the layouts are dealt into folds, each is
scored by trees that were trained on the others, and an isotonic regression says how often the best
candidate with such a share was right. The same input makes the same tables.
"""
import argparse
import json
import os
import subprocess
from collections import defaultdict
from pathlib import Path

import lightgbm
import numpy as np
from sklearn.isotonic import IsotonicRegression

from score import TARGET, same_vendor

ROOT = Path(__file__).resolve().parents[2]
WEIGHTS = ROOT / "crates/ext-ops-text-extractive/weights"
FOLDS = 6
# Where a larger value can only speak for a candidate, or against it.
RISING = {"total": ["total", "paid", "item_sum_tax", "net_plus_tax", "gross_by_rate", "marked", "largest_total", "deposit_left", "rounded_to"],
          "seller": ["legal", "claimed_seller", "domain", "whole_domain", "sender_domain", "sender_name", "in_subject", "times", "tax_near"],
          "date": ["document", "title"]}
FALLING = {"total": ["change", "count", "rounding", "given_less", "percent_in_row", "rounded_away", "rank", "discount"],
           "seller": ["claimed_buyer", "odd_letters", "money_in_row", "lower_start", "title_label", "label_share", "is_address", "legal_elsewhere", "domain_elsewhere", "sender_elsewhere", "subject_elsewhere", "claimed_elsewhere"],
           "date": ["due", "in_range", "delivery", "period", "other"]}
# Dates have few features that matter: deeper trees learn where the programs of the dev part put them.
SHAPE = {"seller": dict(num_leaves=12, max_depth=5, min_data_in_leaf=25, lambda_l2=5),
         "date": dict(num_leaves=7, max_depth=3, min_data_in_leaf=60, lambda_l2=10),
         "total": dict(num_leaves=12, max_depth=5, min_data_in_leaf=25, lambda_l2=5)}
# Below such a share hardly an answer was right: none is better.
THRESHOLD = {"seller": 0.1, "date": 0.1, "total": 0.05}
FIELD = {"seller": "vendor", "date": "date", "total": "amount"}


def questions(files: list[Path]):
    """Each question that was asked, with the purchases that answer it."""
    for file in files:
        for line in file.read_text().splitlines():
            result = json.loads(line)
            for asked in result["asked"] if len(result["purchases"]) == 1 else []:
                yield asked, result


def is_right(field: str, want, value: str) -> bool:
    if field == "vendor":
        return same_vendor(want, value)
    if field == "amount":
        return abs(want - float(value)) < 0.005
    return want == value


def load(files: list[Path]):
    asked, results = zip(*questions(files))
    lines = "\n".join(json.dumps(one) for one in asked) + "\n"
    program = TARGET / "debug/examples/candidates"
    done = subprocess.run([program], input=lines, check=True, capture_output=True, text=True)
    return results, [json.loads(line) for line in done.stdout.splitlines()]


def table(ranker: str, results, found):
    """Features, truth, document and layout of every candidate."""
    field = FIELD[ranker]
    rows, truth, document, layout = [], [], [], []
    for at, (result, one) in enumerate(zip(results, found)):
        want = result["purchases"][0][field]
        for candidate in one[ranker]["candidates"]:
            rows.append(candidate["features"])
            truth.append(is_right(field, want, candidate["value"]))
            document.append(at)
            # Those put together by chance have no layout of their own: each is unlike the others.
            layout.append(f"composed {at % 12}" if result["layout"] == "composed" else result["layout"])
    return np.array(rows), np.array(truth), np.array(document), np.array(layout), found[0][ranker]["names"]


def fit(rows, truth, document, names, ranker, trees):
    constraints = [1 if name in RISING[ranker] else -1 if name in FALLING[ranker] else 0 for name in names]
    # Each document counts the same, however many candidates it has.
    weights = 1 / np.maximum(1, np.bincount(document)[document]) ** 0.5
    options = dict(objective="binary", learning_rate=0.05, **SHAPE[ranker],
                   feature_fraction=0.4, bagging_fraction=0.8, bagging_freq=1, monotone_constraints=constraints,
                   monotone_constraints_method="intermediate", seed=7, deterministic=True, force_row_wise=True, num_threads=2, verbose=-1)
    return lightgbm.train(options, lightgbm.Dataset(rows, truth, weight=weights), trees)


def shares(scores, document):
    """Of each document: its best candidate and that one's share."""
    best = {}
    for at, (score, doc) in enumerate(zip(scores, document)):
        best.setdefault(doc, []).append((score, at))
    out = []
    for doc, candidates in best.items():
        score, at = max(candidates, key=lambda one: (one[0], -one[1]))
        out.append((doc, at, np.exp(score) / (sum(np.exp(s) for s, _ in candidates) + 1)))
    return out


def calibrate(pairs, slack=2.0):
    """Confidence at shares: never more than what was right among so many, with some slack.

    0.8 means that 99 of 100 such values were right on layouts that the trees had not seen.
    """
    share, right = np.array([p[0] for p in pairs]), np.array([p[1] for p in pairs], dtype=float)
    model = IsotonicRegression(out_of_bounds="clip", y_min=0, y_max=1).fit(share, right)
    points = []
    for at in np.linspace(0, 1, 41)[1:]:
        beyond = right[share >= at]
        near = float(model.predict([at])[0])
        # Wrong ones among those that are at least as sure, two more for what was not seen.
        wrong = (len(beyond) - beyond.sum() + slack) / (len(beyond) + slack) if len(beyond) else 1
        points.append((at, as_confidence(min(near, 1 - wrong * 0.5), 1 - wrong)))
    top = 0
    for at, (x, y) in enumerate(points):
        top = max(top, y)
        points[at] = (x, top)
    return points


def as_confidence(near: float, beyond: float) -> float:
    """0.8 stands where at most one of 100 was wrong at and beyond this share."""
    good = min(near, beyond + 0.004)
    return float(np.interp(good, [0, 0.5, 0.9, 0.97, 0.99, 1], [0, 0.35, 0.6, 0.72, 0.8, 0.99]))


def dump(booster, names, points, threshold, about) -> str:
    lines = [f"# {about}", "# " + " ".join(f"{at}:{name}" for at, name in enumerate(names)), f"threshold {threshold:.3f}"]
    lines += [f"sure {x:.3f} {y:.3f}" for x, y in points]
    for tree in booster.dump_model()["tree_info"]:
        lines.append(" ".join(nodes(tree["tree_structure"])))
    return "\n".join(lines) + "\n"


def nodes(node):
    if "leaf_value" in node:
        yield f"={node['leaf_value']:.5g}"
        return
    assert node["decision_type"] == "<="
    yield f"{node['split_feature']}<{node['threshold']:.6g}"
    yield from nodes(node["left_child"])
    yield from nodes(node["right_child"])


def main() -> None:
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("results", type=Path, nargs="+")
    parser.add_argument("--weights", type=Path, default=WEIGHTS)
    parser.add_argument("--trees", type=int, default=150)
    given = parser.parse_args()
    results, found = load(given.results)
    for ranker in ("seller", "date", "total"):
        rows, truth, document, layout, names = table(ranker, results, found)
        folds = {name: at % FOLDS for at, name in enumerate(sorted(set(layout)))}
        fold = np.array([folds[name] for name in layout])
        pairs, misses = [], defaultdict(int)
        for held in range(FOLDS):
            seen = fold != held
            booster = fit(rows[seen], truth[seen], document[seen], names, ranker, given.trees)
            scores = booster.predict(rows[~seen], raw_score=True)
            places = np.flatnonzero(~seen)
            for doc, at, share in shares(scores, document[~seen]):
                right = bool(truth[places[at]])
                pairs.append((share, right))
                if not right:
                    misses[results[doc]["layout"]] += 1
        possible = len({doc for doc, right in zip(document, truth) if right})
        print(f"{ranker}: {len(results)} documents, right candidate in {possible}, chosen on unseen layouts {sum(r for _, r in pairs)}; misses {dict(sorted(misses.items(), key=lambda m: -m[1])[:8])}")
        booster = fit(rows, truth, document, names, ranker, given.trees)
        points = calibrate(pairs)
        print("  confidence", " ".join(f"{x:.2f}:{y:.2f}" for x, y in points[::4]), "importance", sorted(zip(booster.feature_importance("gain").astype(int), names), reverse=True)[:8])
        about = f"{FIELD[ranker]}: {given.trees} trees on {len(results)} documents, made by benches/receipts/train.py"
        (given.weights / f"{ranker}.txt").write_text(dump(booster, names, points, THRESHOLD[ranker], about))


if __name__ == "__main__":
    main()
