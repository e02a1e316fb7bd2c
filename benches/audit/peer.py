"""The peers of the audit benchmark: DuckDB and pandas, one thread, the same masks over the same Parquet file.

Reads a line `duckdb FILE` or `pandas FILE` at a time and answers each with one line of JSON: seconds of processor time, and a
digest of how many rows have which masks, to be compared with Haven's.

peer.py MASKS.json    MASKS.json: {"name of a mask": expression}, expressions as lists (see `tree` in main.rs)
"""

import hashlib
import json
import sys
import time

import duckdb
import numpy as np
import pandas as pd
import pyarrow.parquet as pq

MASKS = json.load(open(sys.argv[1]))
EPOCH = "DATE '1970-01-01'"


def columns_of(tree, found):
    if isinstance(tree, list):
        if tree and tree[0] == "column":
            found.add(tree[1])
        else:
            for part in tree:
                columns_of(part, found)
    return found


def sql(tree):
    """The expression as SQL."""
    kind = tree[0]
    if kind == "column":
        return tree[1]
    if kind == "number":
        return str(tree[1])
    if kind == "day":
        return f"({EPOCH} + {tree[1]})"
    if kind == "truth":
        return str(tree[1]).upper()
    if kind == "not":
        return f"(NOT {sql(tree[1])})"
    if kind == "unknown":
        return f"({sql(tree[1])} IS NULL)"
    if kind == "case":
        base = "" if tree[1] is None else sql(tree[1])
        branches = " ".join(f"WHEN {sql(when)} THEN {sql(then)}" for when, then in tree[2])
        return f"CASE {base} {branches} ELSE {sql(tree[3])} END"
    return f"({sql(tree[1])} {kind} {sql(tree[2])})"


class Cells:
    """Values of some rows beside which of them are known: three-valued logic over numpy."""

    def __init__(self, frame):
        self.frame = frame
        self.read = {}

    def column(self, name):
        if name not in self.read:
            values = self.frame[name]
            known = values.notna().to_numpy()
            self.read[name] = (values.fillna(0).to_numpy().astype(np.int64), known)
        return self.read[name]


def evaluate(tree, cells, rows):
    """The expression's values and which are known, in the rows given by position."""
    kind = tree[0]
    if kind == "column":
        values, known = cells.column(tree[1])
        return values[rows], known[rows]
    if kind in ("number", "day", "truth"):
        return tree[1], True
    if kind == "not":
        value, known = evaluate(tree[1], cells, rows)
        return np.logical_not(value), known
    if kind == "unknown":
        _, known = evaluate(tree[1], cells, rows)
        return np.logical_not(known), True
    if kind == "case":
        _, branches, otherwise = tree[1:]
        result = np.full(len(rows), evaluate(otherwise, cells, rows)[0], dtype=np.int64)
        if tree[1] is None:
            [[when, then]] = branches
            value, known = evaluate(when, cells, rows)
            chosen = np.broadcast_to(np.logical_and(value, known), len(rows))
            result[chosen] = evaluate(then, cells, rows[chosen])[0]
            return result, True
        base = evaluate(tree[1], cells, rows)[0]
        for when, then in branches:
            chosen = np.flatnonzero(base == when[1])
            if len(chosen):
                result[chosen] = evaluate(then, cells, rows[chosen])[0]
        return result, True
    (a, a_known), (b, b_known) = evaluate(tree[1], cells, rows), evaluate(tree[2], cells, rows)
    if kind == "AND":
        false = np.logical_or(np.logical_and(a_known, np.logical_not(a)), np.logical_and(b_known, np.logical_not(b)))
        return np.logical_and(a, b), np.logical_or(false, np.logical_and(a_known, b_known))
    if kind == "OR":
        true = np.logical_or(np.logical_and(a_known, a), np.logical_and(b_known, b))
        return true, np.logical_or(true, np.logical_and(a_known, b_known))
    known = np.logical_and(a_known, b_known)
    operators = {
        "&": np.bitwise_and, "|": np.bitwise_or, "=": np.equal, "<>": np.not_equal,
        "<": np.less, "<=": np.less_equal, ">": np.greater, ">=": np.greater_equal,
    }
    return operators[kind](a, b), known


def digest(groups):
    """Of lines `mask,mask,…,rows`, sorted as numbers."""
    hashed = hashlib.sha256()
    for group in sorted(groups):
        hashed.update((",".join(map(str, group)) + "\n").encode())
    return hashed.hexdigest()


def by_duckdb(acts):
    chosen = ", ".join(f"{sql(tree)} AS {name}" for name, tree in MASKS.items())
    names = ", ".join(MASKS)
    database = duckdb.connect()
    database.execute("SET threads = 1")
    query = f"SELECT {names}, count(*) FROM (SELECT {chosen} FROM read_parquet('{acts}')) GROUP BY {names}"
    return database.execute(query).fetchall()


def by_pandas(acts):
    needed = sorted(set().union(*(columns_of(tree, set()) for tree in MASKS.values())))
    counted = {}
    for batch in pq.ParquetFile(acts).iter_batches(1 << 18, columns=needed, use_threads=False):
        frame = batch.to_pandas(date_as_object=False)
        frame["day"] = (frame["day"] - pd.Timestamp("1970-01-01")) // pd.Timedelta(days=1)
        cells, every = Cells(frame), np.arange(len(frame))
        masks = pd.DataFrame({name: np.broadcast_to(evaluate(tree, cells, every)[0], len(frame)) for name, tree in MASKS.items()})
        for group, number in masks.value_counts(sort=False).items():
            counted[group] = counted.get(group, 0) + number
    return [tuple(int(mask) for mask in group) + (int(number),) for group, number in counted.items()]


print(json.dumps({"duckdb": duckdb.__version__, "pandas": pd.__version__}), flush=True)
for line in sys.stdin:
    who, acts = line.rstrip("\n").split(" ", 1)
    started = time.process_time()
    groups = {"duckdb": by_duckdb, "pandas": by_pandas}[who](acts)
    spent = time.process_time() - started
    print(json.dumps({"seconds": spent, "digest": digest([tuple(map(int, group)) for group in groups])}), flush=True)
