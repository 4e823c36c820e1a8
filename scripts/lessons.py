"""Every chapter's set-ups, trained by `nnplayground --script`: the tutorial's figure, plain Keras's, ours, and whether it is in the band.

    python scripts/lessons.py              on the full data (KERAS_HOME); exit code 1 when one is outside of its band
    python scripts/lessons.py --quick      the quick ones in full, of the others one epoch, not judged: on the built-in samples,
                                           texts on the full data, or left out where that is missing
    python scripts/lessons.py mnist stop   these chapters or recipes only
"""

import sys

if sys.version_info < (3, 11):
    sys.exit("nnplayground needs Python 3.11 or newer; this is Python %d.%d. Start this script with a newer one." % sys.version_info[:2])

import argparse
import importlib.util
import json
import subprocess
import tempfile
import tomllib
from collections.abc import Collection, Sequence
from pathlib import Path
from typing import Any

import _environment
from _console import say
from _lessons import LESSONS, Lesson, Run, Verdict

FOLDER = _environment.ROOT / "resources" / "lessons"
MODEL = "model.keras"
FULL = ("mnist", "fashion_mnist", "imdb", "reuters", "boston_housing")


def main() -> int:
    if importlib.util.find_spec("nnplayground") is None:
        python = _environment.ensure()
        _environment.replace_process([python, *sys.argv])
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("names", nargs="*", metavar="NAME", help="a chapter or a recipe; all without one")
    parser.add_argument("--quick", action="store_true", help="shorten what takes long, and say which")
    args = parser.parse_args()
    unknown = sorted(set(args.names) - {name for lesson in LESSONS for name in (lesson.chapter, lesson.recipe)})
    if unknown:
        known = ", ".join(dict.fromkeys(lesson.chapter for lesson in LESSONS))
        parser.error(f"expected chapters or recipes ({known}); found {', '.join(unknown)}")
    chosen = [lesson for lesson in LESSONS if not args.names or {lesson.chapter, lesson.recipe} & set(args.names)]
    for recipe in ("fashion", "reuters"):  # what others are compared with
        if any(lesson.recipe.startswith(f"{recipe}_") for lesson in chosen) and not any(lesson.recipe == recipe for lesson in chosen):
            chosen.insert(0, next(lesson for lesson in LESSONS if lesson.recipe == recipe))
    left_out = {lesson.recipe for lesson in chosen if args.quick and lesson.texts and not _there(lesson)}
    runs = _train([lesson for lesson in chosen if lesson.recipe not in left_out], quick=args.quick)
    return _show(chosen, runs, left_out, quick=args.quick)


def _there(lesson: Lesson) -> bool:
    """Whether the files of a lesson's data are on this computer."""
    from nnplayground.data.store import State, Store

    store, name = Store.default(), _raw(lesson)["data"]["name"]
    return all((found := store.find(file)) is not None and found.state is State.THERE for file in store.sources[name])


def _train(lessons: Sequence[Lesson], *, quick: bool) -> dict[str, list[Run]]:
    """Train everything in one process, so that TensorFlow is imported once; gives the runs by recipe, without those that failed."""
    with tempfile.TemporaryDirectory() as folder:
        files = []
        for lesson in lessons:
            for seed in lesson.seeds[:1] if quick and not lesson.short else lesson.seeds:
                path = Path(folder) / f"{lesson.recipe}-{seed}.json"
                path.write_text(json.dumps(_recipe(lesson, path.stem, seed, shortened=quick and not lesson.short)), encoding="utf-8")
                files.append(path)
        command = [sys.executable, "-P", "-m", "nnplayground", "--script", *map(str, files), "--json", "--out", str(Path(folder) / "out")]
        done = subprocess.run(command, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True, encoding="utf-8", check=False)
        results = {result["name"]: result for result in map(json.loads, done.stdout.splitlines())}
        found: dict[str, list[Run]] = {lesson.recipe: [] for lesson in lessons}
        for lesson in lessons:
            for name, result in results.items():
                if name.rpartition("-")[0] == lesson.recipe:
                    model = Path(folder) / "out" / name / MODEL
                    answers = _answers(model, lesson.asked) if lesson.asked is not None and model.exists() else ()
                    found[lesson.recipe].append(Run(result, answers))
        return found


def _raw(lesson: Lesson) -> dict[str, Any]:
    return tomllib.loads((FOLDER / f"{lesson.recipe}.toml").read_text(encoding="utf-8"))


def _recipe(lesson: Lesson, name: str, seed: int, *, shortened: bool) -> dict[str, Any]:
    """A lesson's recipe for one seed, in plain values."""
    raw = _raw(lesson) | {"name": name, "seed": seed}
    if lesson.asked is not None:
        raw["output"] = {"model": MODEL}
    if raw["data"]["name"] in FULL:
        raw["data"]["source"] = "sample" if shortened and not lesson.texts else "full"
    if shortened:
        raw["training"]["epochs"] = 1
        raw["data"].pop("validation", None) if raw["data"].get("validation", {}).get("count") else None
    return raw


def _answers(model: Path, asked: Sequence[float]) -> list[float]:
    """What a saved network says to one sample."""
    from nnplayground.engine.loader import create_backend

    create_backend()  # imports Keras without TensorFlow's greetings
    import keras
    import numpy as np

    loaded = keras.models.load_model(model, compile=False)
    return [float(v) for v in np.asarray(loaded(np.array([asked], np.float32)))[0]]


def _show(lessons: Sequence[Lesson], runs: dict[str, list[Run]], left_out: Collection[str], *, quick: bool) -> int:
    from rich.console import Console
    from rich.table import Table

    table = Table("chapter", "recipe", "tutorial", "plain Keras", "ours", "band", "inside", "data", "seconds")
    wrong = 0
    for lesson in lessons:
        found = runs.get(lesson.recipe, [])
        shortened = quick and not lesson.short
        out = lesson.recipe in left_out
        verdict = Verdict("left out", inside=True) if out else _verdict(lesson, found, runs, shortened=shortened)
        judged = not out and (not shortened or not found)
        wrong += judged and not verdict.inside
        seconds = sum(sum(run.result["seconds"].values()) for run in found)
        data = ", ".join(sorted({str(run.result["source"]) for run in found}))
        inside = ("yes" if verdict.inside else "NO") if judged else "–"
        words = (lesson.chapter, lesson.recipe, lesson.tutorial, lesson.keras, verdict.ours, lesson.band, inside, data)
        table.add_row(*words, f"{seconds:.0f}")
    console = Console()
    Console(width=None if console.is_terminal else 200).print(table)
    if quick:
        full = [lesson.recipe for lesson in lessons if lesson.short]
        short = [lesson.recipe for lesson in lessons if not lesson.short and lesson.recipe not in left_out]
        print(f"In full: {', '.join(full) or 'none'}.")
        print(f"Shortened to one epoch, and not judged: {', '.join(short) or 'none'}.")
        print(f"Left out, since their data is not on this computer: {', '.join(sorted(left_out)) or 'none'}.")
    say(f"{wrong} outside of their bands." if wrong else "All that were judged are inside their bands.")
    return int(wrong > 0)


def _verdict(lesson: Lesson, found: Sequence[Run], runs: dict[str, list[Run]], *, shortened: bool) -> Verdict:
    if len(found) < (1 if shortened else len(lesson.seeds)):
        return Verdict("failed; see above", inside=False)
    if shortened:
        return Verdict(f"loss {found[0].last('loss'):.3f} after one epoch", inside=True)
    try:
        return lesson.judge(found, runs)
    except (KeyError, IndexError, TypeError, ValueError) as error:  # diverged: there is no number to judge
        return Verdict(f"nothing to judge ({type(error).__name__} {error})", inside=False)


if __name__ == "__main__":
    sys.exit(main())
