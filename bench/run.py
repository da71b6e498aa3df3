#!/usr/bin/env python3
"""Compares Packhorse with the tools an administrator would use instead, and says which of its goals it reaches.

  python3 bench/run.py                                   everything, 5 rounds, into docs/performance.md
  python3 bench/run.py --only full-mixed --pairs 3       one scenario, on the terminal only
  python3 bench/run.py --quick                           everything, tiny, on the terminal only

Standard library only. Uses the network for nothing but apt-get, and that only as root and without --no-install.
"""
import argparse
import os
import subprocess
import sys

import measure
import report
import scenarios
import server as hosting

HERE = os.path.dirname(os.path.abspath(__file__))
PROJECT = os.path.dirname(HERE)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--only", action="append", metavar="NAME", help="only this scenario; may be repeated: " + ", ".join(scenarios.ALL))
    parser.add_argument("--pairs", type=int, default=5, help="rounds (default 5)")
    parser.add_argument("--threads", type=int, default=2, help="compressing threads of Packhorse and pigz (default 2)")
    parser.add_argument("--work", default=os.environ.get("PACKHORSE_BENCH", os.path.join(PROJECT, "target", "bench")),
                        help="folder for corpora and state, kept between runs (default: PACKHORSE_BENCH, else target/bench)")
    parser.add_argument("--size", default="1G", help="size of mixed, wordpress and maildir (default 1G)")
    parser.add_argument("--small-size", default="200M", help="size of smallfiles (default 200M)")
    parser.add_argument("--million-size", default="1500M", help="size of the million small files (default 1500M)")
    parser.add_argument("--large-size", default="7700M", help="size of the account behind the large archive (default 7700M, a 5 GB archive)")
    parser.add_argument("--tmpfs", default="9G", help="size of each tmpfs for output (default 9G)")
    parser.add_argument("--distribution", default=os.path.join(PROJECT, "cli", "target", "packhorse"))
    parser.add_argument("--quick", action="store_true", help="tiny accounts and one round: whether everything runs; the figures mean nothing")
    parser.add_argument("--no-install", action="store_true", help="do not install missing peers")
    parser.add_argument("--document", metavar="FILE", help="write the report there (default: docs/performance.md for a run of everything)")
    options = parser.parse_args()
    if options.quick:
        options.size = options.small_size = options.million_size = options.large_size = "20M"
        options.pairs, options.tmpfs = 1, "1G"
        options.work = os.path.join(options.work, "quick")
    return options


def chosen(options):
    names = options.only or list(scenarios.ALL)
    unknown = [name for name in names if name not in scenarios.ALL]
    if unknown:
        raise measure.BenchError("no such scenario: %s; there are %s" % (", ".join(unknown), ", ".join(scenarios.ALL)))
    return names


def measured(scenario, pairs):
    scenario.before()
    samples = {name: [] for name in scenario.contestants}
    for number in range(1, (min(pairs, scenario.rounds) if scenario.rounds else pairs) + 1):
        scenario.each_round(number)
        for name, go in scenario.contestants.items():
            sample = go()
            samples[name].append(sample)
            hosting.say("  %s %d: %-44s wall %7.2f  cpu %7.2f  peak %4.0f  bytes %d  %s" % (
                scenario.name, number, name, sample.wall, sample.cpu, sample.peak_mib, sample.size, sample.note))
    return report.Result(scenario, samples)


def main():
    options = arguments()
    names = chosen(options)
    if not os.access(os.path.join(options.distribution, "bin", "packhorse"), os.X_OK):
        raise measure.BenchError("no distribution at %s: run make build" % options.distribution)
    if not os.path.exists(os.path.join(options.distribution, "lib", "pack.aot")):
        # As an administrator does after installing.
        subprocess.run([os.path.join(options.distribution, "bin", "packhorse-warm-up")], check=True)
    measure.raise_file_limit()
    missing = hosting.install_peers(not options.no_install)
    if "pigz" in missing:
        raise measure.BenchError("pigz is the yardstick: install the package pigz")
    site = hosting.Server(options.work)
    sizes = {"mixed": options.size, "wordpress": options.size, "maildir": options.size, "smallfiles": options.small_size,
             "million": options.million_size, "large": options.large_size}
    bench = scenarios.Bench(site, options.distribution, sizes, options.threads, missing, os.path.join(site.work, "commands.log"))
    results = []
    load = os.getloadavg()[0]
    try:
        site.mount(options.tmpfs)
        site.clear(site.out)
        for name in names:
            scenario = scenarios.ALL[name](bench)
            hosting.say(scenario.title)
            results.append(measured(scenario, options.pairs))
            print(report.markdown(results[-1]), flush=True)
        text = report.document(bench, results, options.pairs, (load, os.getloadavg()[0]))
    finally:
        bench.stop()
        site.unmount()
    target = options.document or (None if options.only or options.quick else os.path.join(PROJECT, "docs", "performance.md"))
    if target:
        with open(target, "w") as file:
            file.write(text)
        hosting.say("written: " + target)
    missed = sum(verdict == "MISS" for result in results for _, _, verdict in result.verdicts())
    print("%d goals missed" % missed if missed else "every goal reached")


if __name__ == "__main__":
    try:
        main()
    except measure.BenchError as failure:
        sys.exit("bench: %s" % failure)
