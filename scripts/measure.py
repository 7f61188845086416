#!/usr/bin/env python3
"""Measures what users feel: start-up, the whole suite on the reference, the harness's share on a slow target, memory, size.

    measure.py BYOKCHECK [TARGET BIN_DIR]      # e.g. target/release/byokcheck ministack .venv/ministack/bin

Each command runs five times after one warm-up; the table shows the medians. It judges nothing: the numbers depend on
the machine.
"""

import json
import os
import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

RUNS = 5


def once(command):
    """Wall seconds, CPU seconds and peak memory in MiB of one run, the command's own children left out."""
    began = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    _, _, usage = os.wait4(process.pid, 0)
    wall = time.monotonic() - began
    return wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def medians(command, runs=RUNS):
    once(command)
    return [statistics.median(column) for column in zip(*(once(command) for _ in range(runs)))]


def main():
    if len(sys.argv) not in (2, 4):
        raise SystemExit(__doc__)
    binary = sys.argv[1]
    size = pathlib.Path(binary).stat().st_size / 2**20
    rows = [("start-up (--version)", [binary, "--version"], RUNS * 4)]
    rows.append(("all scenarios on the reference", [binary, "run", "--quiet"], RUNS))
    print(f"{'':34} {'wall s':>8} {'CPU s':>8} {'MiB':>6}")
    for name, command, runs in rows:
        wall, cpu, memory = medians(command, runs)
        print(f"{name:34} {wall:8.4f} {cpu:8.4f} {memory:6.1f}")
    if len(sys.argv) == 4:
        target, folder = sys.argv[2:]
        slow_target(binary, target, folder)
    print(f"size of the binary: {size:.1f} MiB")


def slow_target(binary, target, folder):
    """The harness's own CPU time against the time that the scenarios took, the emulator's start left out."""
    with tempfile.TemporaryDirectory() as out:
        report = pathlib.Path(out) / "run.json"
        command = [binary, "run", "--quiet", "--target", target, "--bin-dir", folder, "--json", str(report)]
        # wait4 counts the children that the harness waited for; the emulator's share is what /proc would say,
        # so the run is measured against a service that runs outside of it where the target file has a URL.
        wall, cpu, memory = once_without_children(command)
        scenarios_s = json.loads(report.read_text())["run"]["duration-ms"] / 1000
        share = 100 * cpu / scenarios_s
        print(f"{'all scenarios on ' + target:34} {wall:8.4f} {cpu:8.4f} {memory:6.1f}")
        print(f"harness's own CPU while {target} was judged: {share:.1f} % of {scenarios_s:.1f} s")


def once_without_children(command):
    """Like `once`, but reads the process's own CPU time while it lives, so that its children do not count."""
    began = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    own, ticks = 0.0, os.sysconf("SC_CLK_TCK")
    while process.poll() is None:
        try:
            fields = pathlib.Path(f"/proc/{process.pid}/stat").read_text().rsplit(")", 1)[1].split()
            own = (int(fields[11]) + int(fields[12])) / ticks
            peak = pathlib.Path(f"/proc/{process.pid}/status").read_text()
            memory = next((int(l.split()[1]) for l in peak.splitlines() if l.startswith("VmHWM")), 0)
        except (FileNotFoundError, ProcessLookupError):
            break
        time.sleep(0.02)
    return time.monotonic() - began, own, memory / 1024


if __name__ == "__main__":
    main()
