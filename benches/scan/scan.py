"""How much a scan reads in a second, and in how much memory: Haven and a peer in turn over the same input, in one run.

scan.py HAVEN SERVERS SCRATCH    prints a table in Markdown. ROUNDS=3 MEGABYTES=64 of each kind.

The peer is the nearest tool that only reads: grep of one word for text, pdftotext for PDF, psql's COPY for rows. Inputs are
Debian's own documents and what this script generates (fixed seed); nothing is fetched.
"""

import glob
import gzip
import os
import random
import shutil
import statistics
import subprocess
import sys
import time

HAVEN, SERVERS, SCRATCH = sys.argv[1:4]
ROUNDS = int(os.environ.get("ROUNDS", "3"))
SIZE = int(os.environ.get("MEGABYTES", "64")) * 1_000_000
draw = random.Random(2173)

NAMES = ["Ana Ruiz", "J. Kowalski", "Li Wei", "Mary O'Neil", "Fátima Núñez", "Łukasz Zając", "T. Brown"]
STREETS = ["Pulaski", "Ashland", "Western", "Cermak", "Devon", "Kedzie", "Archer", "Lawrence"]
NOTES = [
    "The caller asked when the office opens and was told to bring the lease and the last two bills.",
    "Visited the address with the landlord; the heat works again and the family wants no further help.",
    "Left a message with the school about the bus stop and wrote to the ward office about the street light.",
]
REMARKS = ["", "", "called back", "left voicemail", "needs interpreter", "docs received", "pothole at the corner"]


def rows():
    """Rows of a city's table of cases; one remark in five hundred speaks of status."""
    at = 0
    while True:
        at += 1
        remark = draw.choice(REMARKS) if draw.random() > 0.002 else "client said that she is undocumented"
        yield [
            str(at),
            f"2025-{draw.randint(1, 12):02}-{draw.randint(1, 28):02}",
            draw.choice(NAMES),
            f"{draw.randint(100, 9999)} S {draw.choice(STREETS)} Ave",
            f"{draw.random() * 1000:.2f}",
            remark,
        ]


HEAD = ["case_id", "opened", "name", "address", "amount", "remarks"]


def made(name, make):
    """A file or folder of the scratch folder, made once, in a process of its own: a child's peak of memory begins at its parent's."""
    path = os.path.join(SCRATCH, name)
    if not os.path.exists(path):
        part = path + ".part"
        if os.path.isdir(part):
            shutil.rmtree(part)
        child = os.fork()
        if child == 0:
            try:
                make(part)
                os._exit(0)
            finally:
                os._exit(1)
        if os.waitpid(child, 0)[1] != 0:
            sys.exit(f"{name} could not be made")
        os.rename(part, path)
    return path


def tree(path):
    """Debian's documents as they are: text, pages, programs, archives."""
    os.mkdir(path)
    paths = sorted(file for file in glob.glob("/usr/share/doc/**/*", recursive=True) if os.path.isfile(file) and not os.path.islink(file))
    draw.shuffle(paths)
    size = 0
    for at, file in enumerate(paths):
        if size > SIZE:
            break
        data = open(file, "rb").read()
        if file.endswith(".gz"):
            file, data = file[:-3], gzip.decompress(data)
        size += len(data)
        folder = os.path.join(path, str(at % 100))
        os.makedirs(folder, exist_ok=True)
        with open(os.path.join(folder, f"{at}-{os.path.basename(file)}"), "wb") as out:
            out.write(data)


def table(path):
    size = 0
    with open(path, "w", encoding="utf-8") as out:
        out.write(",".join(HEAD) + "\n")
        for row in rows():
            size += out.write(",".join(row) + "\n")
            if size > SIZE:
                break


def notes():
    """Rows of running text."""
    at = 0
    while True:
        at += 1
        yield [str(at), draw.choice(NOTES) if draw.random() > 0.002 else "She told the worker that she overstayed her visa in May."]


def pages(path):
    """PDFs of forms of one page each, written by hand: fonts that need no embedding, text that is drawn line by line."""
    os.mkdir(path)
    for number in range(200):
        lines = ["Application for a permit"] + [f"{label}: ____________" for label in ("Name", "Address", "Telephone", "Kind of work")]
        lines += [" ".join(draw.choice(STREETS + REMARKS) or "the city" for _ in range(8)) for _ in range(30)]
        text = b"BT /F1 11 Tf 72 740 Td 14 TL " + b" ".join(b"(" + line.encode("latin-1", "replace") + b") '" for line in lines) + b" ET"
        parts = [
            b"<< /Type /Catalog /Pages 2 0 R >>",
            b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 612 792] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>",
            b"<< /Length %d >>\nstream\n%s\nendstream" % (len(text), text),
            b"<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>",
        ]
        out, places = b"%PDF-1.4\n", []
        for at, part in enumerate(parts, 1):
            places.append(len(out))
            out += b"%d 0 obj\n%s\nendobj\n" % (at, part)
        start = len(out)
        out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(parts) + 1)
        out += b"".join(b"%010d 00000 n \n" % place for place in places)
        out += b"trailer << /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(parts) + 1, start)
        with open(os.path.join(path, f"{number}.pdf"), "wb") as file:
            file.write(out)


def run(command, **more):
    """Seconds of the clock and of the processor, and the peak of memory in MiB; fails where the command fails."""
    start = time.monotonic()
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, **more)
    said = child.stderr.read()
    _, status, usage = os.wait4(child.pid, 0)
    child.returncode = os.waitstatus_to_exitcode(status)
    # grep and haven answer 1 for "nothing" and "findings"; haven 2 where a document was not read.
    if child.returncode not in (0, 1, 2) or b"panicked" in said:
        sys.exit(f"{command[0]} ended with {child.returncode}: {said.decode(errors='replace')}")
    return time.monotonic() - start, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def bytes_of(path):
    if os.path.isfile(path):
        return os.path.getsize(path)
    return sum(os.path.getsize(os.path.join(folder, file)) for folder, _, files in os.walk(path) for file in files)


def line(what, amount, unit, ours, peer, peer_name):
    ours, peer = zip(*ours), zip(*peer)
    (wall, _, memory), (peer_wall, _, _) = [tuple(statistics.median(values) for values in side) for side in (ours, peer)]
    print(f"| {what} | {amount / wall:,.0f} {unit} | {amount / peer_wall:,.0f} {unit} ({peer_name}) | {peer_wall / wall:.3f} | {memory:.0f} |", flush=True)


def compare(what, amount, unit, command, peer, peer_name, **more):
    both = [(run(command, **more), run(peer, **more)) for _ in range(ROUNDS)]
    line(what, amount, unit, [ours for ours, _ in both], [peer for _, peer in both], peer_name)


scan = [HAVEN, "scan", "--format", "json"]
# Through a pipe: grep that writes to /dev/null stops at the first match.
grep = ["sh", "-c", 'grep -rciF undocumented "$0" | tail -1']
print("| Input | Haven | peer | ratio | peak memory, MiB |")
print("|---|---:|---:|---:|---:|")

mixed, csv, pdf = made("tree", tree), made("cases.csv", table), made("pdf", pages)
compare("mixed tree of documents", bytes_of(mixed) / 1e6, "MB/s", [*scan, mixed], [*grep, mixed], "grep")
compare("CSV", bytes_of(csv) / 1e6, "MB/s", [*scan, csv], [*grep, csv], "grep")
compare("PDF", len(os.listdir(pdf)), "pages/s", [*scan, pdf], ["sh", "-c", 'for f in "$0"/*.pdf; do pdftotext "$f" - ; done', pdf], "pdftotext")

try:
    import pyarrow
    import pyarrow.parquet
except ImportError:
    print("| Parquet | not measured: pyarrow could not be installed | | | |")
else:

    def lake(path):
        head, cells, size = HEAD, [[] for _ in HEAD], 0
        for row in rows():
            for column, cell in zip(cells, row):
                column.append(cell)
            size += sum(map(len, row))
            if size > SIZE:
                break
        pyarrow.parquet.write_table(pyarrow.table(dict(zip(head, cells))), path, row_group_size=100_000)

    parquet = made("cases.parquet", lake)
    count = pyarrow.parquet.ParquetFile(parquet).metadata.num_rows
    read = [sys.executable, "-c", "import sys, pyarrow.parquet as p; print(p.read_table(sys.argv[1], use_threads=False).num_rows)", parquet]
    compare("Parquet", count, "rows/s", [*scan, parquet], read, "pyarrow, reads all")

server = subprocess.Popen([SERVERS, "postgres"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
try:
    address = server.stdout.readline().split()[0]
    counts = {}
    for name, head, make in [("cases", HEAD, rows), ("notes", ["id", "note"], notes)]:
        columns = ", ".join(column + " text" for column in head)
        load = subprocess.Popen(
            ["psql", "-qX", address, "-c", f"CREATE SCHEMA {name}", "-c", f"CREATE TABLE {name}.it ({columns})", "-c", f"COPY {name}.it FROM STDIN CSV"],
            stdin=subprocess.PIPE,
        )
        size, counts[name] = 0, 0
        for row in make():
            line_of = (",".join(row) + "\n").encode()
            size += load.stdin.write(line_of)
            counts[name] += 1
            if size > SIZE:
                break
        load.stdin.close()
        if load.wait() != 0:
            sys.exit("the rows could not be put into PostgreSQL")
    both = [*scan, "--database", address]
    copy = ["psql", "-qX", address, "-c", "COPY cases.it TO STDOUT", "-c", "COPY notes.it TO STDOUT"]
    total = sum(counts.values())
    compare("PostgreSQL, a sample of two tables", total, "rows/s", both, copy, "psql COPY")
    compare("PostgreSQL, with all running text of one", total, "rows/s", [*both, "--whole-text"], copy, "psql COPY")
finally:
    server.stdin.close()
    server.wait()
