"""Tables of what was measured, on the terminal and in docs/performance.md."""
import os
import platform
import re
import shutil
import subprocess
import time

from measure import median


class Result:
    def __init__(self, scenario, samples):
        self.scenario = scenario
        self.samples = samples        # {contestant: [Sample]}
        self.first = next(iter(scenario.contestants))

    def rows(self):
        base = self.samples[self.first]
        for name, runs in self.samples.items():
            yield (name, median(runs, "wall"), min(r.wall for r in runs), median(runs, "cpu"), median(runs, "peak_mib"), median(runs, "size"),
                   self.ratio("wall", name, self.first), self.ratio("cpu", name, self.first),
                   median(runs, "size") / median(base, "size") if median(base, "size") else None)

    def ratio(self, figure, name, peer):
        """The median over the rounds of one contestant's figure divided by the other's of the same round."""
        pairs = [getattr(mine, figure) / getattr(other, figure) for mine, other in zip(self.samples[name], self.samples[peer]) if getattr(other, figure)]
        if not pairs:
            return None
        pairs.sort()
        middle = len(pairs) // 2
        return pairs[middle] if len(pairs) % 2 else (pairs[middle - 1] + pairs[middle]) / 2

    def figure(self, goal):
        runs = self.samples[goal.contestant]
        if goal.figure == "rate":
            return self.scenario.files / median(runs, "wall")
        if goal.figure == "peak":
            return max(r.peak_mib for r in runs)
        if goal.peer is None:
            return median(runs, goal.figure)
        return self.ratio(goal.figure, goal.contestant, self.best(goal.peer, goal.figure))

    def best(self, peers, figure):
        """The peer itself, or of several the one with the least median."""
        return peers if isinstance(peers, str) else min(peers, key=lambda peer: median(self.samples[peer], figure))

    def verdicts(self):
        for goal in self.scenario.goals:
            value = self.figure(goal)
            if value is None:
                yield goal, value, "no figure"
            elif goal.least is not None:
                yield goal, value, "PASS" if value >= goal.least else "MISS"
            else:
                yield goal, value, "PASS" if value <= goal.most else "MISS"


def number(value, digits=3):
    if value is None:
        return "–"
    return "%d" % value if value >= 1000 else "%.*f" % (digits, value)


def markdown(result):
    lines = ["## " + result.scenario.title, "",
             "| | wall s (least) | CPU s | peak MiB | bytes | wall | CPU | size |", "| --- | --- | --- | --- | --- | --- | --- | --- |"]
    for name, wall, least, cpu, peak, size, wall_ratio, cpu_ratio, size_ratio in result.rows():
        lines.append("| %s | %.2f (%.2f) | %.2f | %s | %s | %s | %s | %s |" % (
            name.replace("|", "\\|"), wall, least, cpu, "%.0f" % peak if peak else "–", "{:,}".format(int(size)) if size else "–", number(wall_ratio), number(cpu_ratio), number(size_ratio, 4)))
    lines.append("")
    verdicts = list(result.verdicts())
    if verdicts:
        lines += ["| goal | bound | measured | |", "| --- | --- | --- | --- |"]
        for goal, value, verdict in verdicts:
            bound = "≥ %s" % number(goal.least, 0) if goal.least is not None else "≤ %s" % number(goal.most)
            lines.append("| %s | %s | %s | %s |" % (goal.text, bound, number(value, 4 if goal.figure == "size" else 3), verdict))
        lines.append("")
    notes = sorted({run.note for runs in result.samples.values() for run in runs if run.note and not run.note.startswith("client")})
    return "\n".join(lines + ["Note: " + "; ".join(notes[:5]) + ".\n"] if notes else lines)


def version(command):
    if shutil.which(command[0]) is None:
        return None
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True)
    first = done.stdout.strip().splitlines()
    return first[0] if first else None


def machine(bench):
    with open("/proc/cpuinfo") as file:
        model = re.search(r"^model name\s*:\s*(.*)$", file.read(), re.M)
    with open("/proc/meminfo") as file:
        memory = int(file.readline().split()[1]) / 1048576
    facts = ["%s, %d cores, %.0f GiB, Linux %s" % (model.group(1) if model else platform.machine(), os.cpu_count(), memory, platform.release())]
    for command in (["tar", "--version"], ["pigz", "--version"], ["gzip", "--version"], ["restic", "version"], ["borg", "--version"], ["rsync", "--version"]):
        text = version(command)
        if text:
            facts.append(text)
    facts.append(version([bench.packhorse, "--version"]) or "packhorse of unknown version")
    return facts


def document(bench, results, pairs, load):
    head = [
        "# Performance", "",
        "Written by `make bench` on %s; do not edit. Whole processes as a user runs them, JVM start-up included; the daemon is warm. Every round runs"
        " each contestant once, in turn, %d rounds; figures are medians, ratios are medians of the rounds' ratios to the first line. The page cache is"
        " warm, output goes to %s. CPU is user and system seconds of the whole process tree; the daemon's peak is what it took beyond its idle memory"
        " of %.0f MiB, other peaks are those of the largest process." % (
            time.strftime("%Y-%m-%d"), pairs, "a tmpfs" if bench.server.on_tmpfs else "a disk", bench.running.idle_mib if bench.running else 0),
        "", "Machine: " + "; ".join(machine(bench)) + ".", "Load of the machine before the first and after the last round: %.1f, %.1f." % load]
    if max(load) > (os.cpu_count() or 1) * 1.5:
        head.append("**Other work ran on this machine meanwhile: wall times are not worth much here, CPU seconds are.**")
    return "\n".join(head) + "\n\n" + "\n".join(markdown(result) for result in results)


def put_section(path, heading, text):
    """Puts a section into a document, in the place of an earlier one of that heading, else at the end."""
    before, after = "", ""
    if os.path.exists(path):
        with open(path) as file:
            whole = file.read()
        parts = re.split("^%s$" % re.escape(heading), whole, maxsplit=1, flags=re.M)
        before = parts[0].rstrip("\n") + "\n\n"
        later = re.search("^# ", parts[1], flags=re.M) if len(parts) > 1 else None
        after = "\n" + parts[1][later.start():] if later else ""
    with open(path, "w") as file:
        file.write(before + text.rstrip("\n") + "\n" + after)
