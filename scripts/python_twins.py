#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
"""The operations that tollgate's twins mirror, done by the Python that runs this file.

    python_twins.py RUN [--launches=N] [--rounds=N] [--seconds=S] [--filter=REGEX]

For every row of RUN that has a counterpart here, the same case with the same parameters, workers and
processors is measured in fresh interpreters, in turn, and appended to samples.csv and metrics.csv as mode
python-VERSION. Rows are written whole. A failed row gives the reason in its status, as all rows do.

It needs only the standard library and Python 3.8 or newer.
"""
import argparse
import csv
import io
import json
import os
import re
import signal
import subprocess
import sys
import tempfile
import time

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
import python_cases  # noqa: E402  (beside this file)
import python_team  # noqa: E402

KEY = ["schema", "run_id", "build", "case", "mode", "workers", "placement", "param"]
OK, INTERNAL, USAGE, NOTHING, INTERRUPTED = 0, 1, 64, 77, 130
EPOCH_NS = 10_000_000  # the least length of an epoch


class BadRun(Exception):
    """The folder is not a run to which rows can be added."""


def say(text):
    print("python-twins: " + text, file=sys.stderr)


def fail(code, text):
    say(text)
    sys.exit(code)


# ---- the contents of the run ----


def rows_of(run, name):
    path = os.path.join(run, name)
    try:
        with open(path, newline="", encoding="utf-8") as file:
            reader = csv.DictReader(file)
            if not reader.fieldnames or reader.fieldnames[: len(KEY)] != KEY:
                raise BadRun(f"{path}: not a file of a run")
            yield from reader
    except OSError as error:
        raise BadRun(f"{path}: {error.strerror}") from None


def header_of(run, name):
    with open(os.path.join(run, name), newline="", encoding="utf-8") as file:
        return next(csv.reader(file))


def experiment(row):
    return row["case"], int(row["workers"]), row["placement"], row["param"]


def wanted(run, pattern):
    """Every combination of case, workers, placement and parameters that both sides have."""
    found = {}
    for row in rows_of(run, "samples.csv"):
        if not row["mode"].startswith("python-") and row["status"] == "ok" and re.search(pattern, row["case"]):
            if python_cases.has(row["case"], params_of(row["param"])):
                found.setdefault(experiment(row), row)
    return found


def params_of(text):
    return {name: int(value) for name, value in (part.split("=") for part in text.split(";") if part)}


def seats_of(run):
    """The processors to which the workers were bound. An empty cell means not bound."""
    seats = {}
    for row in rows_of(run, "workers.csv"):
        seats.setdefault(experiment(row), {})[int(row["worker"])] = row["cpu_planned"]
    return seats


def metrics_of(run):
    """Unit and direction of each metric of each case. Ours must have the same names."""
    return {(row["case"], row["metric"]): (row["unit"], row["better"]) for row in rows_of(run, "metrics.csv")}


def launches_done(run, mode):
    done = 0
    for row in rows_of(run, "samples.csv"):
        if row["mode"] == mode and row["launch"]:
            done = max(done, int(row["launch"]) + 1)
    return done


# ---- writing: whole rows, and nothing else ----


class Table:
    def __init__(self, run, name):
        self.columns = header_of(run, name)
        self.file = os.open(os.path.join(run, name), os.O_WRONLY | os.O_APPEND)

    def add(self, rows):
        lines = io.StringIO()
        csv.DictWriter(lines, self.columns, restval="", lineterminator="\n").writerows(rows)
        text = lines.getvalue().encode("utf-8")
        if text and os.write(self.file, text) != len(text):
            raise OSError("no room for a whole row")


def key_of(row, mode):
    key = {column: row[column] for column in KEY}
    key["mode"] = mode
    return key


def word(text):
    """A reason in the form of the status column."""
    return re.sub(r"[^A-Za-z0-9_.-]+", "-", text)[:80].strip("-") or "unknown"


def write_launch(tables, key, launch, rounds, units, oversubscribed):
    for number, one in enumerate(rounds):
        flags = ("w" if number == 0 else "") + ("o" if oversubscribed else "")
        place = dict(key, launch=launch, round=number)
        sample = dict(place, slot=0, iters=one["batch"], wall_ns=one["wall_ns"], ops=one["ops"])
        sample.update({"pass": "time", "flags": flags, "status": "ok"})
        if one["wrong"]:
            sample.update({"wall_ns": "", "ops": "", "status": "wrong:" + word(one["wrong"])})
        metrics = []
        for name, value in one["metrics"].items():
            unit = units.get((key["case"], name))
            if unit and number and not one["wrong"]:
                metrics.append(dict(place, metric=name, unit=unit[0], better=unit[1], value=repr(float(value))))
        tables["samples"].add([sample])
        tables["metrics"].add(metrics)


def write_failure(tables, key, launch, status):
    tables["samples"].add([dict(key, launch=launch, round=0, slot=0, status=status, **{"pass": "time"})])


# ---- one launch: a fresh interpreter ----


def launch_one(args, order):
    """(rounds, None), or (None, status)."""
    command = [sys.executable, "-B", os.path.abspath(__file__), "--launch", json.dumps(order)]
    # Files, not pipes: workers of a killed interpreter may hold the pipe open after it.
    with tempfile.TemporaryFile() as out_file, tempfile.TemporaryFile() as err_file:
        process = subprocess.Popen(command, stdout=out_file, stderr=err_file, start_new_session=True,
                                   preexec_fn=python_team.die_with_parent)
        try:
            process.wait(timeout=args.seconds)
        except subprocess.TimeoutExpired:
            return None, "timeout"
        finally:
            try:
                os.killpg(process.pid, signal.SIGKILL)  # with all that it started, also after Ctrl-C
            except ProcessLookupError:
                pass
            process.wait()
        out_file.seek(0)
        err_file.seek(0)
        out, err = out_file.read(), err_file.read()
    if process.returncode < 0:
        return None, "killed" if process.returncode == -signal.SIGKILL else "crashed"
    try:
        if process.returncode == OK:
            return json.loads(out), None
    except ValueError:
        pass
    last = err.decode("utf-8", "replace").strip().splitlines()
    return None, "error:" + word(last[-1] if last else f"exit-{process.returncode}")


def order_of(args, key, seats):
    case, workers, placement, param = key
    cpus = [int(seats[i]) if seats.get(i) else None for i in range(workers)]
    return {"case": case, "workers": workers, "params": params_of(param), "cpus": cpus,
            "rounds": args.rounds + 1, "epoch_ns": EPOCH_NS}


def is_oversubscribed(order):
    bound = {cpu for cpu in order["cpus"] if cpu is not None}
    return len(bound or os.sched_getaffinity(0)) < order["workers"]


def measure_all(args, mode, rows):
    seats, units, tables = seats_of(args.run), metrics_of(args.run), {}
    for name in ("samples", "metrics"):
        tables[name] = Table(args.run, name + ".csv")
    first, failures = launches_done(args.run, mode), 0
    for launch in range(first, first + args.launches):
        for number, (key, row) in enumerate(rows.items()):
            if sys.stderr.isatty():
                print(f"\r{mode}: launch {launch - first + 1}/{args.launches}, {number + 1}/{len(rows)} {key[0]:<24}",
                      end="", file=sys.stderr)
            order = order_of(args, key, seats.get(key, {}))
            rounds, status = launch_one(args, order)
            if rounds is None:
                failures += 1
                write_failure(tables, key_of(row, mode), launch, status)
            else:
                failures += any(one["wrong"] for one in rounds)
                write_launch(tables, key_of(row, mode), launch, rounds, units, is_oversubscribed(order))
    return failures


def summarise(run):
    """Compute the summary anew, as it is out of date even if not all was added. No claim is about these rows."""
    for name in ("summary.csv", "percentiles.csv"):
        try:
            os.remove(os.path.join(run, name))
        except FileNotFoundError:
            pass
    tollgate = os.environ.get("TOLLGATE", "build/tollgate")
    if subprocess.run([tollgate, "summary", run], stdout=subprocess.DEVNULL).returncode:
        raise OSError(f"{tollgate} summary {run} failed")


def measure(args):
    mode = "python-" + word(".".join(str(n) for n in sys.version_info[:3]))
    rows = wanted(args.run, args.filter)
    if not rows:
        fail(NOTHING, f"{args.run}: no case in it has a counterpart in Python; run `tollgate run -f '^mp_'` first")
    try:
        failures = measure_all(args, mode, rows)
    finally:
        summarise(args.run)
    say(f"{mode}: {len(rows)} rows, {args.launches} launches of {args.rounds} rounds each, {failures} failed")


def whole(least):
    def parse(text):
        if not re.fullmatch("[0-9]{1,6}", text) or int(text) < least:
            raise argparse.ArgumentTypeError(f"'{text}' is not a whole number of at least {least}")
        return int(text)
    return parse


def pattern(text):
    try:
        re.compile(text)
    except re.error as error:
        raise argparse.ArgumentTypeError(f"'{text}': {error}") from None
    return text


class Parser(argparse.ArgumentParser):
    def error(self, message):
        fail(USAGE, message + "; see --help")


def main():
    parser = Parser(prog="python-twins.sh", description="measure Python beside its twins and add the rows to a run")
    parser.add_argument("run", metavar="RUN", help="folder of a run that has twins (mp_*, thread_queue ...)")
    parser.add_argument("--launches", type=whole(1), default=10, metavar="N",
                        help="fresh interpreters per row (10; fewer than 6 give no interval)")
    parser.add_argument("--rounds", type=whole(1), default=5, metavar="N", help="measured rounds per launch (5)")
    parser.add_argument("--seconds", type=whole(1), default=30, metavar="S", help="how long a launch may take (30)")
    parser.add_argument("--filter", type=pattern, default="", metavar="REGEX", help="cases whose name it is found in")
    args = parser.parse_args()
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        measure(args)
    except BadRun as error:
        fail(USAGE, str(error))
    except OSError as error:
        fail(INTERNAL, str(error))
    except KeyboardInterrupt:
        fail(INTERRUPTED, "interrupted; what was measured is in the run")


if __name__ == "__main__":
    if len(sys.argv) == 3 and sys.argv[1] == "--launch":
        ordered = json.loads(sys.argv[2])
        print(json.dumps(python_team.launch(python_cases.CASES[ordered["case"]], ordered)))
    else:
        main()
