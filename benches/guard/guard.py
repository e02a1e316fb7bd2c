"""The gateway beside nginx: requests a second, waiting time at half load, memory for a long table.

guard.py HAVEN    prints tables in Markdown
"""

import csv
import hashlib
import io
import json
import os
import random
import re
import shutil
import signal
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.error
import urllib.request

HAVEN = os.path.abspath(sys.argv[1])
ROUNDS, SECONDS = int(os.environ.get("ROUNDS", 5)), int(os.environ.get("SECONDS_EACH", 3))
CSV_MB = int(os.environ.get("CSV_MB", 200))
PROXY_CORE, REST_CORE = "0", "1"
CONNECTIONS = 8
FIRST = "Maria John Aisha Wei Pedro Anna Olu Igor Sofia Liam".split()
LAST = "Lopez Smith Khan Chen Garcia Nowak Ade Petrov Rossi Murphy".split()
NOTES = [
    "A street light is broken at the corner; a crew was sent on Monday.",
    "Asked for a copy of the report, which was mailed the same day.",
    "The car was towed after the third notice. The fee was paid at the counter.",
    "A dog without a leash in the park, a warning was given.",
]


def record(chance, status):
    made = {
        "id": chance.randrange(100_000, 1_000_000),
        "first_name": chance.choice(FIRST),
        "last_name": chance.choice(LAST),
        "phone": f"312-555-{chance.randrange(10_000):04}",
        "street": f"{chance.randrange(1, 9_999)} W {chance.choice(LAST)} St",
        "district": f"{chance.randrange(1, 26):03}",
        "opened": f"2026-0{chance.randrange(1, 10)}-1{chance.randrange(10)}T{chance.randrange(10, 24)}:{chance.randrange(10, 60)}:00Z",
        "note": chance.choice(NOTES),
    }
    if status and chance.randrange(4) == 0:
        made["immigration_status"] = chance.choice(["undocumented", "permanent resident"])
    return made


def body(size, status):
    """A list of records, JSON, about so many bytes."""
    chance, records, length = random.Random(2173), [], 0
    while length < size:
        records.append(record(chance, status))
        length += len(json.dumps(records[-1], separators=(",", ":"))) + 1
    return json.dumps(records, separators=(",", ":"))


def free():
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        return held.getsockname()[1]


def started(command, port, cwd=None):
    child = subprocess.Popen(command, cwd=cwd, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    for _ in range(600):
        if child.poll() is not None:
            sys.exit(f"{command} ended: {child.stderr.read().decode()[-800:]}")
        try:
            socket.create_connection(("127.0.0.1", port), 0.2).close()
            return child
        except OSError:
            time.sleep(0.1)
    sys.exit(f"{command} does not answer")


def nginx(folder, name, inside, core, port):
    file = os.path.join(folder, f"{name}.conf")
    with open(file, "w") as conf:
        conf.write(
            f"daemon off; worker_processes 1; pid {folder}/{name}.pid; error_log /dev/null crit;\n"
            "events { worker_connections 256; }\n"
            "http { access_log off; keepalive_requests 1000000000; types { application/json json; text/csv csv; }\n"
            + "".join(f"{kind}_temp_path {folder}/{name}-{kind};\n" for kind in ["client_body", "proxy", "fastcgi", "uwsgi", "scgi"])
            + inside
            + "}\n"
        )
    return started(["taskset", "-c", core, "nginx", "-c", file, "-p", folder], port)


def wrk(port, path, key, delay=0):
    """Requests a second, and the waiting times in milliseconds: half, and 99 of 100, are shorter."""
    seconds = SECONDS * (5 if "1m" in path else 1)
    command = ["taskset", "-c", REST_CORE, "wrk", "-t1", f"-c{CONNECTIONS}", f"-d{seconds}s", "--timeout", "30s", "--latency"]
    if delay:
        script = os.path.join(WORK, "delay.lua")
        with open(script, "w") as lua:
            lua.write(f"function delay() return math.random(0, {2 * delay}) end\n")
        command += ["-s", script]
    for header in [f"Authorization: Bearer {key}", "Haven-Purpose: " + PURPOSE[key], "Haven-Authority: " + AUTHORITY[key]]:
        command += ["-H", header]
    said = subprocess.run(command + [f"http://127.0.0.1:{port}{path}"], capture_output=True, text=True, check=True).stdout
    if "Non-2xx" in said or "Socket errors" in said:
        sys.exit(f"{path} of {key}: {said}")

    def milliseconds(label):
        number, unit = re.search(rf"{label}\s+([0-9.]+)(us|ms|s)", said).groups()
        return float(number) * {"us": 0.001, "ms": 1, "s": 1000}[unit]

    return float(re.search(r"Requests/sec:\s+([0-9.]+)", said)[1]), milliseconds("50%"), milliseconds("99%")


PURPOSE = {"police": "criminal", "court": "litigation"}
AUTHORITY = {"police": "none", "court": "court_order"}
WORK = tempfile.mkdtemp(prefix="haven-bench-guard-")
children = []
try:
    os.chmod(WORK, 0o755)
    files = os.path.join(WORK, "records")
    os.mkdir(files)
    for name, size in [("10k", 10_000), ("1m", 1_000_000)]:
        for kind, status in [("clean", False), ("status", True)]:
            with open(os.path.join(files, f"{name}-{kind}.json"), "w") as file:
                file.write(body(size, status))
    with open(os.path.join(files, "long.csv"), "w") as file:
        chance, rows = random.Random(2173), io.StringIO()
        table = csv.writer(rows, lineterminator="\n")
        for _ in range(5_000):
            made = record(chance, False)
            table.writerow([*made.values(), chance.choice(["undocumented", "citizen", ""])])
        file.write(",".join([*made, "immigration_status"]) + "\n")
        block = rows.getvalue()
        for _ in range(CSV_MB * 1_000_000 // len(block) + 1):
            file.write(block)

    origin, passed, guarded, admin = free(), free(), free(), free()
    children.append(nginx(WORK, "origin", f"server {{ listen 127.0.0.1:{origin}; root {WORK}; }}", REST_CORE, origin))
    upstream = f"upstream origin {{ server 127.0.0.1:{origin}; keepalive 64; }}\n"
    proxy = 'proxy_pass http://origin; proxy_http_version 1.1; proxy_set_header Connection "";'
    children.append(
        nginx(WORK, "passed", upstream + f"server {{ listen 127.0.0.1:{passed}; location / {{ {proxy} }} }}", PROXY_CORE, passed)
    )
    with open(os.path.join(WORK, "guard.toml"), "w") as file:
        file.write(f'listen = "127.0.0.1:{guarded}"\nadmin = "127.0.0.1:{admin}"\nby = "S-31"\n')
        for key, requester, kind in [("police", "illinois_police", "state"), ("court", "court", "court")]:
            digest = hashlib.sha256(key.encode()).hexdigest()
            file.write(
                f'[[recipient]]\nid = "{key}"\nrequester = "{requester}"\nclass = "{kind}"\npurposes = ["{PURPOSE[key]}"]\n'
                f'authorities = ["{AUTHORITY[key]}"]\nproof = {{ key_sha256 = ["{digest}"] }}\n'
            )
        file.write(
            f'[[route]]\nprefix = "/records/"\norigin = "http://127.0.0.1:{origin}/records/"\nagency = "Chicago Police Department"\n'
            'station = "001"\nsystem = "records"\nagreements = "agreements.toml"\nrecipients = { police = "A-1", court = "A-2" }\n'
        )
    with open(os.path.join(WORK, "agreements.toml"), "w") as file:
        file.write('agency = "Chicago Police Department"\n')
        for name, party, purpose in [("A-1", "illinois_police", "criminal"), ("A-2", "court", "other")]:
            file.write(
                f'[[agreement]]\nid = "{name}"\nparty = "{party}"\naccess = "direct"\nsystems = ["records"]\npurpose = "{purpose}"\n'
                'determined_by = "S-31"\ndetermined_on = "2026-01-02"\nfrom = "2026-01-02"\nuntil = "2099-12-31"\n'
            )
    subprocess.run([HAVEN, "ledger", "init", "--name", "bench.invalid/log"], cwd=WORK, check=True, stdout=subprocess.DEVNULL)
    guard = started(["taskset", "-c", PROXY_CORE, HAVEN, "guard", "--config", "guard.toml"], guarded, WORK)
    children.append(guard)

    def asked(path, key):
        headers = {"Authorization": f"Bearer {key}", "Haven-Purpose": PURPOSE[key], "Haven-Authority": AUTHORITY[key]}
        try:
            return urllib.request.urlopen(urllib.request.Request(f"http://127.0.0.1:{guarded}{path}", headers=headers))
        except urllib.error.HTTPError as error:
            health = urllib.request.Request(f"http://127.0.0.1:{admin}/health")
            try:
                said = urllib.request.urlopen(health).read()
            except urllib.error.HTTPError as sick:
                said = sick.read()
            sys.exit(f"{path} of {key}: {error.code} {error.read().decode()} {said.decode()}")

    # That it does what is timed: the court has all, the police all but status.
    with open(os.path.join(files, "10k-status.json")) as file:
        whole = file.read()
    assert asked("/records/10k-status.json", "court").read().decode() == whole, "what is free does not pass as it is"
    assert "undocumented" not in asked("/records/10k-status.json", "police").read().decode(), "status passes"

    def held(what):
        with open(f"/proc/{guard.pid}/status") as status:
            return int(re.search(rf"{what}:\s+(\d+)", status.read())[1]) / 1024

    calm, begun, length = held("VmRSS"), time.monotonic(), 0
    answer = asked("/records/long.csv", "police")
    while chunk := answer.read(1 << 20):
        assert b"undocumented" not in chunk, "status passes"
        length += len(chunk)
    spent = time.monotonic() - begun
    most = held("VmHWM")
    size = os.path.getsize(os.path.join(files, "long.csv")) / 1e6
    long = (f"\nA table of {size:.0f} MB with a column of status went through at {size / spent:.1f} MB/s; the gateway held {most:.0f} MB at the most, {calm:.0f} before.")

    print(
        f"One core for the proxy, the other for origin and load; {CONNECTIONS} connections; medians of {ROUNDS} rounds of {SECONDS} s, in turn (five times as long for 1 MB). Every"
        " request to the gateway is judged and recorded durably before the origin is asked. Goals: 0.7, 0.55, 0.4.\n"
    )
    print("| JSON | Proxy | Requests/s | × nginx | 50 % wait, ms | 99 % wait, ms | Half load: 99 %, ms |\n|---|---|--:|--:|--:|--:|--:|")
    for size, label in [("10k", "10 KB"), ("1m", "1 MB")]:
        turns = [
            ("nginx, passed through", passed, f"/records/{size}-status.json", "court"),
            ("Haven, nothing withheld", guarded, f"/records/{size}-status.json", "court"),
            ("Haven, scrubbed, nothing found", guarded, f"/records/{size}-clean.json", "police"),
            ("Haven, scrubbed, status found", guarded, f"/records/{size}-status.json", "police"),
        ]
        seen = {name: [] for name, *_ in turns}
        for _ in range(ROUNDS):
            for name, *turn in turns:
                seen[name].append(wrk(*turn))
        median = {name: [statistics.median(column) for column in zip(*rounds)] for name, rounds in seen.items()}
        for name, *turn in turns:
            rate, half, most = median[name]
            # Of a few answers in a second no hundredth can be told.
            calm = "–"
            if rate > 100:
                delay = max(1, round(2 * CONNECTIONS * 1000 / rate))
                calm = f"{statistics.median(wrk(*turn, delay)[2] for _ in range(3)):.2f}"
            print(f"| {label} | {name} | {rate:.1f} | {rate / median[turns[0][0]][0]:.3f} | {half:.2f} | {most:.2f} | {calm} |")
    print(long)
finally:
    for child in children:
        child.send_signal(signal.SIGTERM)
    for child in children:
        child.wait(30)
    shutil.rmtree(WORK, ignore_errors=True)
