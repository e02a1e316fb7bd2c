"""Plain Python as a peer: each clause of the intermediate form becomes an expression, each act of each regime a function.

Takes the law and the rows as files; then answers on standard input, a line each: `check N` prints the clauses that apply
to the first N rows as lists, `round` the CPU seconds of one pass over all rows.
"""

import gc
import json
import platform
import sys
import time
from bisect import bisect_right

SETS = {}


def constant(values):
    """A frozen set under a name, so that no call builds it again."""
    return SETS.setdefault(tuple(values), f"K{len(SETS)}")


def number(node):
    if isinstance(node, int):
        return repr(node)
    ((kind, value),) = node.items()
    if kind == "fact":
        return f"f[{value!r}]"
    sign = {"add": "+", "subtract": "-", "multiply": "*"}[kind]
    return "(" + f" {sign} ".join(map(number, value)) + ")"


def expression(node):
    ((kind, value),) = node.items()
    if kind == "const":
        return repr(value)
    if kind in ("is", "any", "all", "only"):
        fact, words = f"f[{value['fact']!r}]", value["values"]
        if kind == "is":
            return f"{fact} == {words[0]!r}" if len(words) == 1 else f"{fact} in {constant(words)}"
        if kind == "any":
            return f"{words[0]!r} in {fact}" if len(words) == 1 else f"not {constant(words)}.isdisjoint({fact})"
        return f"{fact} {'>=' if kind == 'all' else '<='} {constant(words)}"
    if kind == "compare":
        return f"{number(value['left'])} {value['order']} {number(value['right'])}"
    if kind == "not":
        return f"not ({expression(value)})"
    if kind == "if":
        condition, then, otherwise = map(expression, value)
        return f"(({then}) if ({condition}) else ({otherwise}))"
    return "(" + f" {kind} ".join(f"({expression(part)})" for part in value) + ")" if value else repr(kind == "and")


def function(name, clauses):
    lines = [f"def {name}(f):", " a = []"]
    for clause in clauses:
        parts = [expression(clause["when"])] + [f"not ({expression(part)})" for part in clause["unless"]]
        lines.append(f" if {' and '.join(f'({part})' for part in parts)}: a.append({clause['id']!r})")
    return "\n".join([*lines, " return a"])


def main():
    with open(sys.argv[1], encoding="utf-8") as file:
        law = json.load(file)
    clauses, days = law["clauses"], [regime["from"] for regime in law["regimes"]]
    texts = [
        function(f"r{index}_{act}", [clauses[i] for i in regime["clauses"] if act in clauses[i]["actions"]])
        for index, regime in enumerate(law["regimes"])
        for act in law["actions"]
    ]
    space = {}
    exec("\n".join(texts), space)
    space.update({name: frozenset(words) for words, name in SETS.items()})
    table = [{act: space[f"r{index}_{act}"] for act in law["actions"]} for index in range(len(days))]

    rows = []
    with open(sys.argv[2], encoding="utf-8") as file:
        for row in map(json.loads, file):
            facts = {name: frozenset(value) if isinstance(value, list) else value for name, value in row["facts"].items()}
            rows.append((row["as_of"], row["action"], facts))
    gc.freeze()
    gc.disable()
    print(platform.python_version(), flush=True)
    for line in sys.stdin:
        command, *count = line.split()
        if command == "check":
            for day, act, facts in rows[: int(count[0])]:
                print(json.dumps(table[bisect_right(days, day) - 1][act](facts)))
        else:
            start = time.process_time()
            applying = 0
            for day, act, facts in rows:
                applying += len(table[bisect_right(days, day) - 1][act](facts))
            print(time.process_time() - start)
        sys.stdout.flush()


main()
