"""A log of searches from file to findings: Haven, and DuckDB that only reads and counts, in turn over the same file.

searches.py HAVEN SCRATCH ROWS ROUNDS [SAMPLES]    prints a table in Markdown
"""

import os
import shutil
import statistics
import subprocess
import sys
import time

HAVEN, SCRATCH, ROWS, ROUNDS = sys.argv[1], sys.argv[2], int(sys.argv[3]), int(sys.argv[4])
SAMPLES = sys.argv[5] if len(sys.argv) > 5 else ""
COUNT = """
import sys, duckdb
database = duckdb.connect()
database.execute("SET threads = 2; SET memory_limit = '2GB'")
print(database.execute("SELECT count(*), count(DISTINCT reason) FROM read_csv(?, header = true, all_varchar = true)", [sys.argv[1]]).fetchall())
"""


def run(command, good):
    """Seconds by the clock, seconds of processor time, megabytes at the most."""
    started = time.monotonic()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    said = child.stderr.read().decode()
    _, status, used = os.wait4(child.pid, 0)
    spent = time.monotonic() - started
    if os.waitstatus_to_exitcode(status) not in good:
        sys.exit(f"{command[0]} ended with {os.waitstatus_to_exitcode(status)}: {said[-500:]}")
    return spent, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024


def audit(files):
    out = os.path.join(SCRATCH, "audited")
    shutil.rmtree(out, ignore_errors=True)
    return run([HAVEN, "audit", "searches", *files, "--out", out], {0, 1, 2})


def measured(label, rows, turns):
    seen = {name: [] for name, _ in turns}
    for _ in range(ROUNDS):
        for name, turn in turns:
            seen[name].append(turn())
    for name, _ in turns:
        wall, cpu, memory = (statistics.median(column) for column in zip(*seen[name]))
        print(f"| {label} | {name} | {wall:.2f} | {cpu:.2f} | {rows / wall / 1e6:.2f} | {memory:.0f} |")


log = os.path.join(SCRATCH, f"network-{ROWS}.csv")
if not os.path.exists(log):
    subprocess.run([HAVEN, "audit", "generate", "--rows", str(ROWS), "--seed", "2173", "--out", log + ".part"], check=True)
    os.rename(log + ".part", log)
print("\n## A log of searches, from file to findings\n")
print(
    "Read, masked, written as Parquet, all rules asked, report written, on two cores. The peer reads the same file, counts its rows"
    " and its different reasons, and writes nothing.\n"
)
print("| Log | | seconds | processor seconds | M rows/s | MB at the most |\n|---|---|--:|--:|--:|--:|")
size = os.path.getsize(log) / 1e9
measured(
    f"{ROWS / 1e6:g} M made-up rows, {size:.1f} GB",
    ROWS,
    [("Haven", lambda: audit([log])), ("DuckDB", lambda: run([sys.executable, "-c", COUNT, log], {0}))],
)
for name in ["flock_org_audit_okaloosa_sample.csv", "flock_portal_search_audit_eugene_sample.csv"]:
    path = os.path.join(SAMPLES, "data/alpr", name)
    if SAMPLES and os.path.exists(path):
        with open(path, "rb") as file:
            rows = file.read().count(b"\n")
        measured(f"a real log, {rows} lines", rows, [("Haven", lambda: audit([path]))])
    else:
        print(f"\n{name} is absent: set HAVEN_SAMPLES to the folder of the samples", file=sys.stderr)
