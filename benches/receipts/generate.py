#!/usr/bin/env python3
"""Makes emails of made-up purchases, with what is true about them.

usage: generate.py OUT [--seed N] [--size N] [--part dev|test] [--no-chromium]

OUT gets a folder for each part with `NAME.eml` and `truth.jsonl`: name, kind, layout, language, and
the list of purchases, empty for what books nothing. Layouts, sellers and some of the words of the
test part occur in no document of the dev part. The same arguments make the same documents.
"""
import argparse
import json
from email.message import EmailMessage
from pathlib import Path
from random import Random

from receiptgen import compose, invoices, mails, scan, slips, vendors
from receiptgen.locales import COUNTRIES
from receiptgen.page import PRODUCERS, Page
from receiptgen.purchase import Program

class Maker:
    def __init__(self, out: Path, part: str, seed: int, chromium: bool):
        self.out, self.part, self.seed = out / part, part, seed
        self.producers = [name for name in PRODUCERS if chromium or name != "chromium"]
        self.out.mkdir(parents=True, exist_ok=True)
        self.truths = []

    def rng(self, *name) -> Random:
        return Random(":".join(map(str, (self.seed, self.part, *name))))

    def layout(self, module, composed, at: int):
        """In the dev part, every other document is put together by chance."""
        layouts = getattr(module, self.part.upper())
        if self.part == "dev" and at % 2:
            return composed
        return layouts[at // (2 if self.part == "dev" else 1) % len(layouts)]

    def program(self, rng: Random, kind: str) -> Program:
        return Program(rng, self.part, self.country(rng), kind)

    def country(self, rng: Random):
        # English is most common in mailboxes and half of the countries here; others in turn.
        return rng.choice(COUNTRIES)

    @staticmethod
    def name_of(layout) -> str:
        return "composed" if layout.__module__.endswith("compose") else layout.__name__

    def write(self, name, kind, layout, program, mail: EmailMessage, truths, **more):
        mail["Message-ID"] = f"<{name}.{self.seed}@receipts.example>"
        (self.out / f"{name}.eml").write_bytes(mail.as_bytes())
        self.truths.append({"name": name, "kind": kind, "layout": layout, "language": program.country.language,
                            "country": program.country.code, "purchases": truths, **more})

    def carrier(self, rng, program, purchase, data: bytes, media: str) -> EmailMessage:
        """A mail with the document attached: from the seller, or forwarded by somebody."""
        mail = EmailMessage()
        mail["From"] = self.sender(rng, program)
        mail["To"] = "me@example.org"
        mail["Subject"] = rng.choice((purchase["invoice"], "Document", f"{purchase['invoice']} {purchase.number}"))
        mail["Date"] = "Mon, 05 Jan 2026 09:00:00 +0000"
        mail.set_content("\n")
        main, sub = media.split("/")
        mail.add_attachment(data, maintype=main, subtype=sub, filename="document." + {"pdf": "pdf", "jpeg": "jpg"}[sub])
        return mail

    def producer(self, rng, page) -> str:
        """Browsers take a second for each page, so they print few."""
        if page.face == "ja":
            return "weasyprint"
        return rng.choices(self.producers, (5, 5, 3, 1)[: len(self.producers)])[0]

    def sender(self, rng, program) -> str:
        """The seller, a program that sends for it, or somebody who forwards."""
        v = program.vendor
        friend = vendors.person(rng, self.part, program.country)
        other = vendors.brand(rng, self.part)
        return rng.choice((f'"{v.name}" <billing@{v.domain}>', f'"{v.name}" <info@{v.domain}>', f"<noreply@{v.domain}>",
                           "Documents <documents@example.com>", "Documents <documents@example.com>", "Office <office@example.org>",
                           f'"{friend}" <{other.lower()}@gmail.com>', f'"{v.name} via {other}" <invoices@{other.lower()}.example>'))

    def invoice(self, at: int):
        rng = self.rng("invoice", at)
        layout = self.layout(invoices, compose.invoice, at)
        kind = "hotel" if "hotel" in layout.__name__ else rng.choice(("service", "service", "shop"))
        program = self.program(rng, kind)
        purchase = program.purchase(rng)
        page = layout(rng, purchase)
        producer = self.producer(rng, page)
        data = PRODUCERS[producer](page)
        scanned = rng.random() < 0.1
        if scanned:
            data = scan.jpeg(rng, scan.degrade(rng, scan.of_pdf(data), False))
        name = f"{'scan' if scanned else 'invoice'}-{at:04}"
        mail = self.carrier(rng, program, purchase, data, "image/jpeg" if scanned else "application/pdf")
        self.write(name, "scanned invoice" if scanned else "invoice", self.name_of(layout), program, mail, [purchase.truth()], producer=producer)

    def slip(self, at: int):
        rng = self.rng("slip", at)
        layout = self.layout(slips, compose.slip, at)
        program = self.program(rng, slips.KIND_OF.get(layout.__name__) or rng.choice(("shop", "food")))
        purchase = program.purchase(rng, gross_prices=True)
        lines = layout(rng, purchase)
        if rng.random() < (1 if layout is compose.slip else 0.3 if self.part == "test" else 0.45):  # an electronic slip
            page = Page(face={"JP": "ja", "TR": "dejavu", "IN": "dejavu"}.get(program.country.code, "mono"))
            for line in lines:
                page.line(line, 100, 9, gap=11)
            producer = self.producer(rng, page)
            data, media, kind = PRODUCERS[producer](page), "application/pdf", "slip"
        else:
            image = scan.degrade(rng, scan.draw(rng, lines, program.country.language == "ja"), rng.random() < 0.4)
            data, media, kind = scan.jpeg(rng, image), "image/jpeg", "scanned slip"
        mail = self.carrier(rng, program, purchase, data, media)
        self.write(f"slip-{at:04}", kind, self.name_of(layout), program, mail, [purchase.truth()])

    def mail(self, at: int):
        rng = self.rng("mail", at)
        layout = self.layout(mails, compose.mail, at)
        program = self.program(rng, rng.choice(("service", "shop")))
        purchase = program.purchase(rng)
        if layout in mails.MANY:
            body = layout(rng, purchase, lambda r: Program(r, self.part, program.country, "shop").purchase(r))
        else:
            body = layout(rng, purchase)
        kind = "several payments" if layout in mails.MANY else "mail"
        self.body(f"mail-{at:04}", kind, self.name_of(layout), program, purchase, body, body.truths or [purchase.truth()])

    def body(self, name, kind, layout, program, purchase, body, truths):
        from email.utils import format_datetime
        from datetime import datetime, timezone
        mail = EmailMessage()
        mail["From"] = f'"{body.sender[0]}" <{body.sender[1]}>'
        mail["To"] = "me@example.org"
        mail["Subject"] = body.subject
        mail["Date"] = format_datetime(datetime(*purchase.day.timetuple()[:3], 10, tzinfo=timezone.utc))
        mail.set_content(body.text or "Please view this message as HTML.\n")
        if body.html:
            mail.add_alternative(body.html, subtype="html")
        self.write(name, kind, layout, program, mail, truths)

    def negative(self, at: int):
        rng = self.rng("negative", at)
        program = self.program(rng, rng.choice(("service", "shop")))
        purchase = program.purchase(rng)
        kind = mails.NEGATIVES[at % len(mails.NEGATIVES)]
        found = mails.negative(rng, purchase, kind)
        name = f"not-{at:04}"
        if isinstance(found, mails.Body):
            return self.body(name, "negative", kind, program, purchase, found, [])
        page = Page(face={"JP": "ja", "TR": "dejavu", "IN": "dejavu"}.get(program.country.code, "sans"))
        for line in found[1]:
            page.line(line)
        data = PRODUCERS["weasyprint" if page.face == "ja" else "fpdf2"](page)
        mail = self.carrier(rng, program, purchase, data, "application/pdf")
        mail.replace_header("Subject", found[0])
        self.write(name, "negative", kind, program, mail, [])

    def run(self, size: int):
        counts = {"invoice": 0.36, "slip": 0.3, "mail": 0.2, "negative": 0.14}
        for what, share in counts.items():
            for at in range(round(size * share)):
                getattr(self, what)(at)
        lines = [json.dumps(truth, ensure_ascii=False) for truth in self.truths]
        (self.out / "truth.jsonl").write_text("\n".join(lines) + "\n")
        print(f"{self.out}: {len(self.truths)} documents")


def main() -> None:
    parser = argparse.ArgumentParser(usage=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--size", type=int, default=1200, help="documents of each part")
    parser.add_argument("--part", choices=("dev", "test"))
    parser.add_argument("--no-chromium", action="store_true")
    given = parser.parse_args()
    for part in [given.part] if given.part else ["dev", "test"]:
        Maker(given.out, part, given.seed, not given.no_chromium).run(given.size)


if __name__ == "__main__":
    main()
