"""What the command line asks of a run without a screen."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class ScriptOptions:
    files: tuple[str, ...]
    overrides: tuple[str, ...] = ()
    out: Path | None = None
    json: bool = False
    quiet: bool = False
    weights: Path | None = None
    evaluate_only: bool = False
    data_dir: Path | None = None
    jobs: int | None = None
    """How many processes a sweep has side by side; None: nothing was said, so one."""

    @classmethod
    def from_arguments(cls, args: argparse.Namespace) -> ScriptOptions:
        source = (f'data.source="{args.source}"',) if args.source else ()
        return cls(
            files=tuple(args.script),
            overrides=(*args.set, *source),
            out=args.out,
            json=args.json,
            quiet=args.quiet,
            weights=args.weights,
            evaluate_only=args.evaluate_only,
            data_dir=args.data_dir,
            jobs=args.jobs,
        )
