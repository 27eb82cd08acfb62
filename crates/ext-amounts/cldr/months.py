"""Writes the names of months that this crate knows: `python3 months.py FOLDER > months.txt`.

FOLDER holds the unpacked npm package `cldr-dates-full` of the version below. A line is a month, from
January on: its names and abbreviations in the languages below, in lower case, without accents and
dots, and without those of ASCII that are shorter than three letters.
"""
import json
import pathlib
import sys
import unicodedata

VERSION = "48.0.0"
LANGUAGES = (
    "en de fr es it nl pl pt sv da nb fi cs sk hu ro bg hr sl lt lv et el ru uk tr ca id ms th ar he"
)
# Names that print and speech have besides.
OTHERS = {1: "jaenner janner", 3: "mrt maerz", 9: "sept setiembre", 12: "dez"}


def folded(name):
    plain = unicodedata.normalize("NFKD", name.lower())
    plain = "".join(c for c in plain if not "\u0300" <= c <= "\u036f")
    for letter, letters in ("ß", "ss"), ("ł", "l"), ("ø", "o"), ("æ", "ae"), (".", ""), ("׳", ""):
        plain = plain.replace(letter, letters)
    return plain.strip()


def names(folder, language):
    path = folder / "main" / language / "ca-gregorian.json"
    calendars = json.loads(path.read_text())["main"][language]["dates"]["calendars"]
    months = calendars["gregorian"]["months"]
    for context in ("format", "stand-alone"):
        for width in ("wide", "abbreviated"):
            for number, name in months[context][width].items():
                yield int(number), folded(name)


def main():
    folder = pathlib.Path(sys.argv[1])
    version = json.loads((folder / "package.json").read_text())["version"]
    if version != VERSION:
        sys.exit(f"the package is version {version}, not {VERSION}")
    found = {number: set(OTHERS.get(number, "").split()) for number in range(1, 13)}
    for language in LANGUAGES.split():
        for number, name in names(folder, language):
            fits = (len(name) > 2 or not name.isascii()) and not any(c.isdigit() or c == " " for c in name)
            if fits:
                found[number].add(name)
    print(f"# Names of months, from cldr-dates-full {VERSION} by months.py.")
    print("# Copyright © 1991-2025 Unicode, Inc. Unicode License V3, see LICENSE.")
    for number in range(1, 13):
        print(" ".join(sorted(found[number])))


main()
