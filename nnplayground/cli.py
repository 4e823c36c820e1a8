"""The command line. Imports neither Qt nor TensorFlow before it knows that they are wanted."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from pathlib import Path

from nnplayground import __version__
from nnplayground.core.exit_codes import ExitCode

LISTS = ("data", "layers", "optimizers", "losses", "metrics")


def parser() -> argparse.ArgumentParser:
    """The arguments as RECIPE.md and `--help` describe them."""
    p = argparse.ArgumentParser(prog="nnplayground", description="A playground for neural networks: real Keras models, seen while they learn.",
                                allow_abbrev=False)  # fmt: skip
    p.add_argument("file", nargs="?", type=Path, metavar="FILE", help="open a project (.nnp) or a recipe (.toml, .json) in the window")
    p.add_argument("--version", action="version", version=f"nnplayground {__version__}")
    script = p.add_argument_group("without a screen")
    script.add_argument("--script", nargs="+", metavar="FILE", help="train these projects or recipes in turn; - reads a recipe from standard input")
    script.add_argument("--set", action="append", default=[], metavar="PLACE=VALUE", dest="overrides", help="override a value: --set training.epochs=3")
    script.add_argument("--out", type=Path, metavar="DIR", help="where outputs go (default: runs/NAME-TIME)")
    script.add_argument("--json", action="store_true", help="print the result as one JSON object on the last line")
    script.add_argument("--quiet", action="store_true", help="no progress on standard error")
    script.add_argument("--source", choices=("auto", "full", "sample"), help="which files to use, whatever the recipe says")
    script.add_argument("--weights", type=Path, metavar="FILE", help="begin with the weights in this .weights.h5")
    script.add_argument("--evaluate-only", action="store_true", help="evaluate on the test set instead of training")
    data = p.add_argument_group("data")
    data.add_argument("--list", choices=LISTS, dest="listed", help="say what there is")
    data.add_argument("--download", metavar="NAME", help="fetch the full files of a data set, or of all")
    data.add_argument("--data-dir", type=Path, metavar="DIR", help="where files are looked for and kept (default: Keras's own folder)")
    return p


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command; gives the exit code."""
    p = parser()
    args = p.parse_args(argv)
    if args.listed or args.download:
        from nnplayground.script.data_commands import download, print_list

        return print_list(args.listed) if args.listed else download(args.download, args.data_dir, quiet=args.quiet)
    if args.script:
        if args.file:
            p.error(f"--script takes its files behind it; found also '{args.file}'")
        from nnplayground.script.options import ScriptOptions
        from nnplayground.script.run import run_scripts

        return run_scripts(ScriptOptions.from_arguments(args))
    for name in ("overrides", "out", "json", "quiet", "source", "weights", "evaluate_only"):
        if getattr(args, name):
            p.error(f"--{name.replace('overrides', 'set').replace('_', '-')} belongs to --script FILE")
    return _window(args.file)


def _window(file: Path | None) -> int:
    shown = ("DISPLAY", "WAYLAND_DISPLAY", "QT_QPA_PLATFORM")
    if sys.platform.startswith("linux") and not any(os.environ.get(name) for name in shown):
        print("nnplayground: there is no screen here (DISPLAY is not set). Train without one: nnplayground --script FILE", file=sys.stderr)
        return ExitCode.USAGE
    from nnplayground.ui.app import run

    return run(sys.argv, file)
