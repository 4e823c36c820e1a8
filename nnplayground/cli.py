"""The command line. Imports neither Qt nor TensorFlow before it knows that they are wanted."""

from __future__ import annotations

import argparse
import io
import os
import socket
import sys
from collections.abc import Sequence
from pathlib import Path

from nnplayground import __version__
from nnplayground.core.exit_codes import ExitCode

LISTS = ("data", "layers", "optimizers", "losses", "metrics")


def parser() -> argparse.ArgumentParser:
    """The arguments as RECIPE.md and `--help` describe them."""
    about = "A playground for neural networks: real Keras models, seen while they learn."
    p = argparse.ArgumentParser(prog="nnplayground", description=about, allow_abbrev=False)
    p.add_argument("file", nargs="?", type=Path, metavar="FILE", help="open a project (.nnp) or a recipe (.toml, .json) in the window")
    p.add_argument("--version", action="version", version=f"nnplayground {__version__}")
    script = p.add_argument_group("without a screen")
    script.add_argument("--script", nargs="+", metavar="FILE", help="train these projects or recipes in turn; - is standard input")
    script.add_argument("--set", action="append", default=[], metavar="PLACE=VALUE", help="override a value: --set training.epochs=3")
    script.add_argument("--out", type=Path, metavar="DIR", help="where outputs go (default: runs/NAME-TIME)")
    script.add_argument("--json", action="store_true", help="print the result as one JSON object on the last line")
    script.add_argument("--quiet", action="store_true", help="no progress on standard error")
    script.add_argument("--source", choices=("auto", "full", "sample"), help="which files to use, whatever the recipe says")
    script.add_argument("--weights", type=Path, metavar="FILE", help="begin with the weights in this .weights.h5")
    script.add_argument("--evaluate-only", action="store_true", help="evaluate on the test set instead of training")
    script.add_argument("--jobs", type=_jobs, metavar="N", help="run N processes side by side, for a recipe with [sweep]")
    data = p.add_argument_group("data")
    data.add_argument("--list", choices=LISTS, help="say what there is")
    data.add_argument("--download", metavar="NAME", help="fetch the full files of a data set, or of all, unless they are there")
    data.add_argument("--data-dir", type=Path, metavar="DIR",
                      help="where files are looked for first, and kept (default: Keras's own folder); "
                           "--download copies what Keras's folder has to it")  # fmt: skip
    return p


SCRIPT_ONLY = ("set", "out", "json", "source", "weights", "evaluate_only", "jobs")
"""Options that mean nothing without --script."""


MAX_JOBS = 256


def _jobs(text: str) -> int:
    if not text.isdecimal() or len(text) > 9 or not 1 <= int(text) <= MAX_JOBS:
        raise argparse.ArgumentTypeError(f"expected a whole number from 1 to {MAX_JOBS}; found '{text}'")
    return int(text)


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; gives the exit code. What nobody foresaw becomes one sentence, and a traceback in the log file."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a name that the terminal cannot show must not end a run
    p = parser()
    args = p.parse_args(argv)
    _require_one_task(p, args)
    try:
        return _run(args)
    except KeyboardInterrupt:
        print("nnplayground: interrupted; nothing half-written is left.", file=sys.stderr)
        return ExitCode.INTERRUPTED
    except BrokenPipeError:
        # Whoever read the output has gone; Python must not fail once more when it flushes at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ExitCode.UNEXPECTED
    except Exception as error:  # noqa: BLE001  the last resort: told, logged, and answered with an exit code
        from nnplayground.script.crash import report_crash

        print(report_crash(error), file=sys.stderr)
        return ExitCode.UNEXPECTED


def _require_one_task(p: argparse.ArgumentParser, args: argparse.Namespace) -> None:
    """Refuse options that would be passed over in silence."""
    tasks = {"--script": args.script, "--list": args.list, "--download": args.download}
    given = [name for name, value in tasks.items() if value]
    if len(given) > 1:
        p.error(f"expected one of {', '.join(tasks)}; found {' and '.join(given)}")
    if given and args.file:
        p.error(f"{given[0]} opens no window; found also '{args.file}'")
    homes = dict.fromkeys(SCRIPT_ONLY, ("--script",)) | dict.fromkeys(("quiet", "data_dir"), ("--script", "--download"))
    homes["data_dir"] = (*homes["data_dir"], "--list data")
    if args.list == "data":
        given.append("--list data")
    for name, home in homes.items():
        if getattr(args, name) and not set(home) & set(given):
            p.error(f"--{name.replace('_', '-')} belongs to {' or '.join(home)}")


def _run(args: argparse.Namespace) -> int:
    if args.list:
        from nnplayground.script.data_commands import print_list

        return print_list(args.list, args.data_dir)
    if args.download:
        from nnplayground.script.data_commands import download

        return download(args.download, args.data_dir, quiet=args.quiet)
    if args.script:
        from nnplayground.script.options import ScriptOptions
        from nnplayground.script.run import run_scripts

        return run_scripts(ScriptOptions.from_arguments(args))
    return _window(args.file)


def _window(file: Path | None) -> int:
    if not _has_screen():
        print("nnplayground: there is no screen here (DISPLAY). Train without one: nnplayground --script FILE", file=sys.stderr)
        return ExitCode.USAGE
    from nnplayground.ui.app import run

    return run(sys.argv, file)


def _has_screen() -> bool:
    """Whether Qt will find a screen: without one it ends the process, and no Python code can say a word."""
    platform = os.environ.get("QT_QPA_PLATFORM", "").partition(":")[0]
    if not sys.platform.startswith("linux") or platform not in ("", "xcb") or (not platform and os.environ.get("WAYLAND_DISPLAY")):
        return True
    host, _, rest = os.environ.get("DISPLAY", "").rpartition(":")
    number = rest.partition(".")[0]
    if not number.isdecimal():
        return False
    path = str(Path(os.sep, "tmp", ".X11-unix", f"X{number}"))  # where X servers have their sockets, whatever TMPDIR is
    local = [(socket.AF_UNIX, f"\0{path}"), (socket.AF_UNIX, path)]
    return any(_answers(*place) for place in (local if host in ("", "unix") else [(socket.AF_INET, (host, 6000 + int(number)))]))


def _answers(family: socket.AddressFamily, address: str | tuple[str, int]) -> bool:
    with socket.socket(family, socket.SOCK_STREAM) as connection:
        connection.settimeout(3)
        try:
            connection.connect(address)
        except OSError:
            return False
    return True
