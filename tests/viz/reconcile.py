"""Computes every printed line of many traces again from its printed factors, in decimal arithmetic.

Reads traces from the standard input: a line "@@ SEED DIGITS" before each graph, "@ FORMAT" before each
of its traces (text, md, latex, json, csv, fods). A line of text, Markdown or LaTeX must give its
printed result when it is rounded to the printed digits; a number of JSON, CSV and the spreadsheet,
which have all digits, must be what its factors give but for the last bits of a double. Prints the
counts, and each line that fails; the exit code is 1 if there is one. Knows nothing of the library.
"""
import csv
import decimal
import json
import re
import sys
import xml.etree.ElementTree as xml
from collections import Counter, defaultdict

D = decimal.Decimal
decimal.getcontext().prec = 60
seen, about, wrong = Counter(), Counter(), Counter()


def fail(kind, seed, line):
    wrong[kind] += 1
    print(f"{kind}, graph {seed}: {line}")


# --- lines with rounded numbers ---------------------------------------------------------------

NUMBER = r"-?\d+(?:\.\d+)?(?:e[-+]?\d+)?"
FACTOR = rf"(?:\({NUMBER}\)|{NUMBER})"
TERM = rf"{FACTOR} × {FACTOR}"
LINE = re.compile(rf"= ({TERM}(?: \+ {TERM})*) ([=≈]) ({NUMBER})(?![\d.])")


def plain(line):
    """What LaTeX writes, as it stands on a terminal."""
    line = re.sub(r" ?\\times 10\^\{(-?\d+)\}", r"e\1", line)
    return line.replace(r"\times", "×").replace(r"\approx", "≈").replace("{}", "")


def exact(text):
    return sum(D(a.strip("()")) * D(b.strip("()"))
               for a, b in (term.split(" × ") for term in text.split(" + ")))


def digits_of(text):
    mantissa = text.split("e")[0].lstrip("-").replace(".", "").lstrip("0")
    return len(mantissa)


def holds(value, text, digits):
    """Does a reader who rounds the value to the digits asked for, or to those that are printed if
    these are more, get the printed number?"""
    result = D(text)
    if result == 0:
        return value == 0
    unit = D(1).scaleb(result.adjusted() - max(digits, digits_of(text)) + 1)
    return abs(value - result) <= unit / 2


def check_lines(kind, seed, digits, text):
    for line in text.splitlines():
        for factors, sign, result in LINE.findall(plain(line)):
            (seen if sign == "=" else about)[kind] += 1
            if sign == "=" and not holds(exact(factors), result, digits):
                fail(kind, seed, line)


# --- numbers with all digits ------------------------------------------------------------------

def close(a, b, size):
    return abs(a - b) <= D(2) ** -50 * size + D("1e-300")


def check_terms(kind, seed, terms, gradients):
    """terms: (node, upstream, partial, product); gradients: {node: number}."""
    sums, sizes = defaultdict(D), defaultdict(D)
    for node, upstream, partial, product in terms:
        value = D(upstream) * D(partial)
        seen[kind] += 1
        if not close(value, D(product), abs(value)):
            fail(kind, seed, f"step {node}: {upstream} x {partial} is not {product}")
        sums[node] += D(product)
        sizes[node] += abs(D(product))
    for node, total in sums.items():
        seen[kind] += 1
        if not close(total, D(gradients[node]), 4 * sizes[node]):
            fail(kind, seed, f"step {node}: the terms sum to {total}, not {gradients[node]}")


def check_json(kind, seed, digits, text):
    nodes = json.loads(text, parse_float=D, parse_int=D)["nodes"]
    terms = [(n["step"], t["upstream"], t["partial"], t["product"])
             for n in nodes for t in n.get("gradient", {}).get("terms", [])]
    gradients = {n["step"]: n["gradient"].get("value") for n in nodes}
    check_terms(kind, seed, terms, gradients)


def check_csv(kind, seed, digits, text):
    rows = list(csv.DictReader(text.splitlines()))
    terms = [(r["step"], r["upstream"], r["partial"], r["product"])
             for r in rows if r["row"] == "term"]
    gradients = {r["step"]: r["gradient"] for r in rows if r["row"] == "node"}
    check_terms(kind, seed, terms, gradients)


def check_fods(kind, seed, digits, text):
    table, office = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}", \
        "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
    sheet = {}
    for t in xml.fromstring(text).iter(table + "table"):
        sheet[t.get(table + "name")] = [
            [c.get(office + "value", "".join(c.itertext())) for c in row.iter(table + "table-cell")]
            for row in t.iter(table + "table-row")]
    terms = [(r[0], r[3], r[4], r[5]) for r in sheet["terms"][1:]]
    gradients = {r[0]: r[4] for r in sheet["nodes"][1:]}
    check_terms(kind, seed, terms, gradients)


CHECK = {"text": check_lines, "md": check_lines, "latex": check_lines, "json": check_json,
         "csv": check_csv, "fods": check_fods}


def main():
    graphs, seed, digits, kind, text = 0, "", 4, None, []
    for line in list(sys.stdin) + ["@@ end 0\n"]:
        if line.startswith("@"):
            if kind is not None:
                CHECK[kind](kind, seed, digits, "".join(text))
            word = line.split()
            kind, text = (None, []) if word[0] == "@@" else (word[1], [])
            if word[0] == "@@":
                seed, digits = word[1], int(word[2])
                graphs += 1
        else:
            text.append(line)
    print(f"{graphs - 1} graphs")
    for kind in CHECK:
        print(f"{kind}: {seen[kind]} equations, {about[kind]} only approximate, {wrong[kind]} wrong")
    rare = all(about[k] * 100 <= seen[k] for k in CHECK)  # a line that says ≈ is not judged
    return 0 if sum(wrong.values()) == 0 and rare and all(seen[k] > 0 for k in CHECK) else 1


sys.exit(main())
