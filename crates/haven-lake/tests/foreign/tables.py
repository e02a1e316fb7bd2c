"""Writes Parquet tables as another program writes them, with what it says is in each column.

tables.py FOLDER: tables `0.parquet`, `1.parquet`, … and `expected.json`, a list: for each table its columns in order, each with its
name and its distinct values in order of appearance, `null` where they are not looked at.
"""

import datetime
import json
import pathlib
import random
import sys

import pyarrow as pa
import pyarrow.parquet as pq

folder = pathlib.Path(sys.argv[1])
chance = random.Random(5)
CODES = ["USC", "LPR", "F-1", "DACA", "Pérez", "未知", "a b", "x" * 150]


def texts(rows, distinct):
    pool = CODES + ["v%d" % number for number in range(distinct)]
    return [chance.choice(pool) if chance.random() > 0.2 else None for _ in range(rows)]


def kept(values):
    seen = []
    for value in values:
        text = None if value is None else str(value).strip()
        if text and text not in seen:
            seen.append(text)
    return seen[:200]


expected = []
for number in range(24):
    rows = chance.choice([1, 7, 1000, 5000])
    status = texts(rows, chance.choice([0, 50, 1000]))
    codes = [chance.choice([1, 2, 3, None]) for _ in range(rows)]
    lists = [[chance.choice(CODES) for _ in range(chance.randrange(4))] if chance.random() > 0.1 else None for _ in range(rows)]
    inner = texts(rows, 5)
    columns = {
        "status": pa.array(status, pa.string() if number % 2 else pa.large_string()),
        "category": pa.array(status, pa.string()).dictionary_encode(),
        "code": pa.array(codes, chance.choice([pa.int8(), pa.int32(), pa.int64(), pa.uint16()])),
        "float_code": pa.array([None if code is None else float(code) for code in codes], pa.float64()),
        "day": pa.array([datetime.date(2026, 1, 1)] * rows),
        "langs": pa.array(lists, pa.list_(pa.string())),
        "person": pa.array([{"birth": value, "big": {"deep": value}} for value in inner]),
    }
    table = pa.table(columns)
    pq.write_table(
        table,
        folder / ("%d.parquet" % number),
        compression=["none", "snappy", "gzip", "brotli", "zstd", "lz4"][number % 6],
        use_dictionary=chance.choice([True, False]),
        data_page_version=chance.choice(["1.0", "2.0"]),
        version=chance.choice(["1.0", "2.4", "2.6"]),
        row_group_size=chance.choice([3, 700, 100000]),
        data_page_size=chance.choice([64, 1 << 20]),
        write_page_checksum=chance.choice([True, False]),
        use_compliant_nested_type=chance.choice([True, False]),
    )
    expected.append(
        {
            "status": kept(status),
            "category": kept(status),
            "code": kept(codes),
            "float_code": kept(codes),
            "day": None,
            "langs": kept(value for values in lists for value in values or []),
            "person.birth": kept(inner),
            "person.big.deep": kept(inner),
        }
    )
(folder / "expected.json").write_text(json.dumps(expected))
