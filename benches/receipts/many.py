"""Measures Finance with very many receipts.

    python3 benches/receipts/many.py target/release/spacedrive target/extensions/finance 1000 10000 100000

For each number a library is made in a temporary folder, and filled with bookings as Finance writes
them, straight into the database: booking them one by one would take hours. One in twenty is to be paid, one
in two hundred is a credit note. Then come the first page after that (the index is made), a page of a
program that starts (the index is read), lists before and after a bank statement with a line for 2,000 of
the receipts, and pages of a daemon (the index is in memory).

    python3 benches/receipts/many.py fill library.db 100000

only fills the database of a library, which no program has open.
"""

import datetime
import json
import pathlib
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
import uuid

CATEGORIES = ["groceries", "travel", "dining", "software", "household", "health", None]
NEVER = "2026-01-01T00:00:00.000Z"


def metadata(number, random_):
    """What Finance writes about a receipt of one of 5,000 shops."""
    key = uuid.UUID(int=random_.getrandbits(128)).hex
    vendor = f"Shop {random_.randrange(5000)} Ltd"
    day = datetime.date(2016, 1, 1) + datetime.timedelta(days=random_.randrange(3650))
    amount = float(f"{random_.lognormvariate(3, 1):.2f}")
    currency = random_.choice(["EUR", "EUR", "EUR", "GBP", "USD"])
    source = str(uuid.UUID(int=random_.getrandbits(128)))
    values = {
        "vendor": vendor, "date": day.isoformat(), "amount": amount, "currency": currency,
        "tax": round(amount * 0.19, 2), "category": random_.choice(CATEGORIES),
        "payment_method": "card", "document_type": "receipt",
    }
    sure = random_.random() < 0.9
    kind = random_.random()
    if kind < 0.05:
        due = (day + datetime.timedelta(days=14)).isoformat()
        values |= {"due": due, "document_type": "invoice", "payment_method": None}
    elif kind < 0.055:
        values |= {"document_type": "credit_note"}
    read = str(amount).rstrip("0").rstrip(".")
    traits = {
        "amount": amount, "date": day.isoformat(), "currency": currency,
        "ids": {"other": [f"R{number:08}"]}, "seller": {"name": vendor, "domain": "shop.example"},
        "kind": values["document_type"], "text": key[:16], "email": key[16:], "from": key[4:20], "file": source,
    }
    own = {
        "complete": True, "key": key, "confidence": 0.95 if sure else 0.6, "doubtful": [],
        "values": values, "corrected": {name: None for name in values}, "emptied": [],
        "traits": traits, "booking": key, "documents": 1,
    }
    more = {"source": f"{number}.eml", "source_entry": source, "read_amount": read, "finance": own}
    return key, {**values, **more}


def fill(database, count):
    random_ = random.Random(1)
    db = sqlite3.connect(database)
    with db:
        for number in range(count):
            key, written = metadata(number, random_)
            entry = uuid.UUID(int=(1 << 120) + number)
            row = (entry.bytes, "Receipt", f"receipts/{key}", "receipt", "finance", json.dumps(written), NEVER, NEVER)
            db.execute(
                "INSERT INTO entries (id, name, path, entry_type, created_by, metadata, created_at, "
                "updated_at) VALUES (?, ?, ?, ?, ?, ?, ?, ?)", row)
            if (number + 1) % 20_000 == 0:
                print(f"# {number + 1:,} of {count:,} receipts written", flush=True)
    db.close()


def statement(receipts):
    """A statement in OFX with the payment of each receipt, a day later."""
    def line(number, receipt):
        day = datetime.date.fromisoformat(receipt["date"]) + datetime.timedelta(days=1)
        return (f"<STMTTRN><TRNTYPE>DEBIT<DTPOSTED>{day:%Y%m%d}<TRNAMT>-{receipt['amount']:.2f}"
                f"<FITID>{number}<NAME>{receipt['vendor']}<MEMO>Card payment</STMTTRN>")

    lines = "\n".join(line(*it) for it in enumerate(receipts))
    return ("OFXHEADER:100\nDATA:OFXSGML\nVERSION:102\nSECURITY:NONE\nENCODING:USASCII\nCHARSET:1252\n"
            "COMPRESSION:NONE\nOLDFILEUID:NONE\nNEWFILEUID:NONE\n\n<OFX><BANKMSGSRSV1><STMTTRNRS><STMTRS>"
            "<CURDEF>EUR<BANKACCTFROM><BANKID>37040044<ACCTID>0532013000<ACCTTYPE>CHECKING</BANKACCTFROM>"
            f"<BANKTRANLIST><DTSTART>20160101<DTEND>20261231\n{lines}\n</BANKTRANLIST>"
            "</STMTRS></STMTTRNRS></BANKMSGSRSV1></OFX>\n")


def measure(spacedrive, extension, count):
    with tempfile.TemporaryDirectory() as data:
        def run(*arguments):
            start = time.perf_counter()
            command = [spacedrive, "--data-dir", data, "--output", "json", *arguments]
            done = subprocess.run(command, capture_output=True, text=True)
            if done.returncode:
                return time.perf_counter() - start, {"failed": done.stderr.strip()[-300:]}
            return time.perf_counter() - start, json.loads(done.stdout or "null")

        run("ext", "install", extension, "--yes")
        _, library = run("library", "create", "Test")
        if not isinstance(library, dict) or "path" not in library:
            _, libraries = run("library", "list")
            library = libraries[0]
        fill(pathlib.Path(library["path"]) / "library.db", count)
        page = ("op", "call", "query:finance.page.v1", "--library", library["id"], "--input",
                '{"descending": true}')
        first, answer = run(*page)
        print(f"{count:7}  first page, index made    {first:7.2f} s  {answer.get('failed', '')}", flush=True)
        again, answer = run(*page)
        print(f"{count:7}  page, index read          {again:7.2f} s  {answer.get('failed', answer.get('total'))}")
        alone, answer = run("receipt", "summary")
        receipts = answer if "failed" in answer else sum(row["receipts"] for row in answer)
        print(f"{count:7}  summary, index read       {alone:7.2f} s  {receipts}")
        newest = ("receipt", "list", "--newest", "--limit")
        listed, answer = run(*newest, "20")
        print(f"{count:7}  list of 20, index read    {listed:7.2f} s  {len(answer)}")
        _, receipts = run(*newest, "2000", "--currency", "EUR")
        file = pathlib.Path(data) / "statement.ofx"
        file.write_text(statement(row for row in receipts if row["kind"] != "credit_note"))
        imported, answer = run("statement", "import", str(file))
        print(f"{count:7}  statement of 2,000 lines  {imported:7.2f} s  {answer[0]['new']} new lines")
        listed, answer = run(*newest, "20")
        paid = sum("paid" in row for row in answer)
        print(f"{count:7}  list of 20 with payments  {listed:7.2f} s  {paid} paid")
        to_pay, answer = run("receipt", "to-pay")
        print(f"{count:7}  all that is to be paid    {to_pay:7.2f} s  {len(answer)}", flush=True)
        run("serve", "--detach")
        try:
            run(*page)
            times = sorted(run(*page)[0] for _ in range(5))
            status = sorted(run("op", "call", "query:core.status.v1")[0] for _ in range(5))
            print(f"{count:7}  page of a daemon          {times[2]:7.2f} s, of which {status[2]:.2f} s the command", flush=True)
        finally:
            run("serve", "--stop")


if __name__ == "__main__":
    program, folder, *counts = sys.argv[1:]
    if program == "fill":
        fill(folder, int(counts[0]))
        sys.exit()
    for count in counts:
        measure(program, folder, int(count))
