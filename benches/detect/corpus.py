"""The corpus: documents of Debian and of Python as they lie on this machine, and generated tables and logs (fixed seed)."""

import glob
import gzip
import json
import os
import random
import sys
import sysconfig

MEGABYTES = int(os.environ.get("MEGABYTES", "16"))
LIMIT = MEGABYTES * 1_000_000
draw = random.Random(2173)


def texts(paths):
    paths = sorted(path for path in paths if os.path.isfile(path))
    draw.shuffle(paths)
    for path in paths:
        try:
            with gzip.open(path) if path.endswith(".gz") else open(path, "rb") as file:
                data = file.read(1_000_000)
        except OSError:
            continue
        if b"\0" not in data:
            yield data.decode("utf-8", "replace")


def table():
    yield "case_id,opened,name,ward,address,phone,amount,status,remarks\n"
    streets = ["Pulaski", "Ashland", "Western", "Cermak", "Devon", "Kedzie", "Archer", "Lawrence"]
    remarks = ["", "", "", "called back", "left voicemail", "needs interpreter", "docs received", "pothole at the corner", "street light out"]
    # One row in five hundred.
    rare = ["birth certificate on file", "visa card on file", "client is undocumented", "asked for her green card"]
    names = ["Ana Ruiz", "J. Kowalski", "Li Wei", "Mary O'Neil", "Fátima Núñez", "Łukasz Zając", "T. Brown"]
    at = 0
    while True:
        at += 1
        yield (
            f"{at},2025-{draw.randint(1, 12):02}-{draw.randint(1, 28):02},{draw.choice(names)},{draw.randint(1, 50)},"
            f"{draw.randint(100, 9999)} S {draw.choice(streets)} Ave,312-555-{draw.randint(0, 9999):04},"
            f"{draw.random() * 1000:.2f},{draw.choice(['open', 'closed', 'pending', 'denied'])},{draw.choice(remarks if draw.random() > 0.002 else rare)}\n"
        )


def log():
    paths = ["/api/cases", "/api/permits/renew", "/login", "/static/app.js", "/forms/intake", "/search?q=street+lights"]
    while True:
        yield json.dumps(
            {
                "ts": f"2025-11-{draw.randint(1, 30):02}T{draw.randint(0, 23):02}:{draw.randint(0, 59):02}:{draw.randint(0, 59):02}Z",
                "level": draw.choice(["info", "info", "info", "warn", "error"]),
                "path": draw.choice(paths),
                "code": draw.choice([200, 200, 200, 302, 404, 500]),
                "ms": draw.randint(1, 900),
                "request": f"{draw.getrandbits(128):032x}",
            }
        ) + "\n"


def write(folder, name, pieces):
    size = 0
    with open(os.path.join(folder, name + ".txt"), "w", encoding="utf-8") as file:
        for piece in pieces:
            file.write(piece)
            size += len(piece.encode("utf-8", "replace"))
            if size > LIMIT:
                break


folder = sys.argv[1]
docs = glob.glob("/usr/share/doc/**/*", recursive=True)
write(folder, "debian", texts(docs))
write(folder, "man", texts(glob.glob("/usr/share/man/*/*/*.gz")))
write(folder, "python", texts(glob.glob(sysconfig.get_paths()["stdlib"] + "/**/*.py", recursive=True)))
write(folder, "csv", table())
write(folder, "logs", log())
