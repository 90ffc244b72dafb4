#!/usr/bin/env python3
"""Checks the annotations of this folder against their texts: every quote verbatim at its offset, order, no overlap,
every character of the text covered, every Arabic number a target or a not_target. Usage: check.py [YIWU_TEXT]"""
import json
import pathlib
import re
import sys

HERE = pathlib.Path(__file__).parent
FIELDS = {"quote", "value_text", "value_start", "quantity", "unit", "comparator", "what", "what_also", "per", "by", "approx", "range", "soft", "implied"}
REASONS = {"status", "date", "document", "phone", "name", "ordinal", "describes"}


def decoded(path):
    data = path.read_bytes()
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("gb18030")


def text_of(annotation):
    for suffix in (".decoded.txt", ".txt"):
        path = annotation.with_name(annotation.stem + suffix)
        if path.exists():
            return decoded(path)
    return None


def faults(text, draft):
    spans = []
    for kind in ("measures", "headings"):
        for item in draft[kind]:
            if text[item["start"]:item["end"]] != item["quote"] or not item["quote"].strip():
                yield f"{kind} quote not verbatim at {item['start']}: {item['quote'][:20]}"
            spans.append((item["start"], item["end"]))
    spans += [(aside["start"], aside["end"]) for aside in draft["asides"]]
    if [m["start"] for m in draft["measures"]] != sorted({m["start"] for m in draft["measures"]}):
        yield "measures out of order"
    covered = [0] * len(text)
    for start, end in spans:
        for position in range(start, end):
            covered[position] += 1
    if max(covered) > 1:
        yield f"overlap at {covered.index(max(covered))}"
    for position, character in enumerate(text):
        if not covered[position] and not re.match(r"[\s,;:.!?。、\uff0c\uff1b\uff1a\uff0e\uff01\uff1f]", character):
            yield f"not covered at {position}: {text[position:position + 10]!r}"
    numbered = [False] * len(text)
    for measure in draft["measures"]:
        for target in measure["targets"]:
            start, value = target["value_start"], target["value_text"]
            if set(target) != FIELDS or not target["what"]:
                yield f"target fields at {start}"
            if text[start:start + len(value)] != value or value not in target["quote"] or target["quote"] not in measure["quote"]:
                yield f"target not verbatim at {start}: {value}"
            if not re.fullmatch(r"\d+(\.\d+)?", target["quantity"]) or target["comparator"] not in (">=", ">", "<=", "<", "="):
                yield f"quantity or comparator at {start}"
            for position in range(start, start + len(value)):
                if numbered[position]:
                    yield f"two targets at {position}"
                numbered[position] = True
    for number in draft["not_targets"]:
        start, value = number["value_start"], number["value_text"]
        if text[start:start + len(value)] != value or number["reason"] not in REASONS:
            yield f"not_target at {start}: {value}"
        for position in range(start, start + len(value)):
            if numbered[position]:
                yield f"target and not_target at {position}"
            numbered[position] = True
    for position, character in enumerate(text):
        if character.isdecimal() and not numbered[position]:
            yield f"number without a verdict at {position}: {text[max(0, position - 8):position + 8]!r}"


def main():
    bad = plans = targets = implied = cuts = 0
    for annotation in sorted(HERE.glob("*.json")) + sorted(HERE.glob("*/*.json")):
        text = decoded(pathlib.Path(sys.argv[1])) if annotation.stem == "yiwu-2021" and len(sys.argv) > 1 else text_of(annotation)
        if text is None:
            print(f"{annotation.name}: no text given, skipped")
            continue
        draft = json.loads(annotation.read_text(encoding="utf-8"))
        found = list(faults(text, draft))
        every = [target for measure in draft["measures"] for target in measure["targets"]]
        plans, cuts = plans + 1, cuts + len(draft["measures"])
        targets, implied = targets + sum(not t["implied"] for t in every), implied + sum(t["implied"] for t in every)
        for fault in found:
            print(f"{annotation.name}: {fault}")
        bad += len(found)
    print(f"{plans} plans, {cuts} measures, {targets} targets written, {implied} implied, {bad} faults")
    return 1 if bad else 0


if __name__ == "__main__":
    sys.exit(main())
