"""Writes the table of number formats that this crate reads: `python3 table.py FOLDER > formats.txt`.

FOLDER holds the unpacked npm package `cldr-numbers-full` of the version below
(`npm pack cldr-numbers-full@48.0.0`, then `tar xzf`). A line of the table is one format of amounts:
decimal separator, group separator, digits of the last group, digits of the other groups, fewest
digits before the first separator, minus sign, pattern of amounts, numbering system; then the
locales that use it, with `*` behind those whose default numbering system it is.
"""
import json
import pathlib
import sys

VERSION = "48.0.0"


def sizes(pattern):
    """Returns the digits of the last group and of the others."""
    number = "".join(c for c in pattern.split(";")[0] if c in "#0,.").split(".")[0]
    groups = [len(group) for group in number.split(",")][1:]
    last = groups[-1] if groups else 0
    return last, groups[-2] if len(groups) > 1 else last


def formats(folder):
    found = {}
    for path in sorted((folder / "main").iterdir()):
        locale = path.name
        numbers = json.loads((path / "numbers.json").read_text())["main"][locale]["numbers"]
        default = numbers["defaultNumberingSystem"]
        fewest = int(numbers["minimumGroupingDigits"])
        for key, symbols in numbers.items():
            if not key.startswith("symbols-numberSystem-"):
                continue
            system = key.removeprefix("symbols-numberSystem-")
            pattern = numbers[f"currencyFormats-numberSystem-{system}"]["standard"]
            decimal = symbols.get("currencyDecimal", symbols["decimal"])
            group = symbols.get("currencyGroup", symbols["group"])
            row = (decimal, group, *sizes(pattern), fewest, symbols["minusSign"], pattern, system)
            found.setdefault(row, []).append(locale + "*" * (system == default))
    return found


def main():
    folder = pathlib.Path(sys.argv[1])
    version = json.loads((folder / "package.json").read_text())["version"]
    if version != VERSION:
        sys.exit(f"the package is version {version}, not {VERSION}")
    print(f"# Number formats of amounts, from cldr-numbers-full {VERSION} by table.py.")
    print("# Copyright © 1991-2025 Unicode, Inc. Unicode License V3, see LICENSE.")
    escaped = lambda cell: str(cell).encode("unicode_escape").decode()
    for row, locales in sorted(formats(folder).items(), key=lambda item: str(item[0])):
        print("\t".join([*map(escaped, row), " ".join(locales)]))


main()
