"""Training and looking without a window, against plain Keras."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np

from _bench import projects
from _bench.rows import Row, Target, against, compared, seconds
from _bench.sides import Ours, Plain, arrays, compiled_model
from nnplayground.core import edits, presets
from nnplayground.core.spec import ProjectSpec
from nnplayground.engine.events import TrainRequest
from nnplayground.engine.loader import create_backend
from nnplayground.engine.probes import ProbeRequest
from nnplayground.engine.train import train

FIT = "Model.fit"
MEGABYTE = 1e6


def toy() -> list[Row]:
    """Points on a plane with 2-4-2-1, 2-8-8-8-1 and 2-8×6-1 tanh, batch 10, gradient descent."""
    shapes = {(4, 2): 300, (8, 8, 8): 250, (8,) * 6: 250}
    return [_plane(units, Target(target)) for units, target in shapes.items()]


def _plane(units: tuple[int, ...], target: Target) -> Row:
    spec = edits.change_data(projects.plane("circle", units), validation=None)
    dataset = projects.dataset_of(spec)
    ours, plain = Ours(spec, dataset), Plain(spec, dataset)
    what = f"2-{'-'.join(map(str, units))}-1, 250 points, batch 10"
    return compared(what, "epochs/s", FIT, target, lambda: ours.rate(1.5), lambda: plain.rate(15))


def line() -> list[Row]:
    """One neuron, six points: its speed, and the whole run of 500 epochs with TensorFlow warm."""
    spec = presets.recommended("line")
    dataset = projects.dataset_of(spec)
    endless = projects.endless(spec)
    ours, plain = Ours(endless, dataset), Plain(spec, dataset)
    rate = compared("line: 1 neuron, 6 points", "epochs/s", FIT, Target(100), lambda: ours.rate(1.0), lambda: plain.rate(25))

    def whole() -> float:
        backend = create_backend()  # a new one compiles everything again

        def run() -> None:
            for _ in train(TrainRequest(spec, dataset, 1), backend):
                pass

        return seconds(run)

    times, second = [whole() for _ in range(5)], "the second it may take"
    return [rate, against("line: open, compile and train 500 epochs", "s", second, Target(1, at_most=True), times, 1.0)]


def mnist() -> list[Row]:
    """Handwritten digits with 784-64-64-10, batch 32, Adam."""
    return [_samples("MNIST 784-64-64-10, batch 32", projects.full("mnist"), Target(8))]


def cnn() -> list[Row]:
    """Handwritten digits with 32 and 64 filters, batch 128."""
    return [_samples("MNIST CNN 32-64, batch 128", projects.convolutional(), Target(1.15), fit_samples=12_800)]


def imdb() -> list[Row]:
    """15,000 film reviews as which of 10,000 words occur, 16-16-1, batch 512: speed, and memory of processes of their own."""
    return [_samples("IMDB 10000-16-16-1, batch 512", projects.full("imdb"), Target(7), epochs=2), _memory("imdb")]


def reuters() -> list[Row]:
    """7,982 news stories likewise, 64-64-46."""
    return [_samples("Reuters 10000-64-64-46, batch 512", projects.full("reuters"), Target(5), epochs=3)]


def lstm() -> list[Row]:
    """1,920 reviews as sequences of 200 words, 32 LSTM units, batch 128."""
    return [_samples("IMDB LSTM 32, 200 words, batch 128", projects.recurrent(), Target(1), samples=1_920)]


def _samples(
    what: str, spec: ProjectSpec, target: Target, *, samples: int | None = None, fit_samples: int | None = None, epochs: int = 1
) -> Row:
    """`samples` limits the data of both sides; `fit_samples` how many of them `Model.fit` takes in a round."""
    dataset = projects.dataset_of(spec, samples=samples)
    ours, plain = Ours(spec, dataset), Plain(spec, dataset)
    what = f"{what} ({len(dataset.train):,} samples)"
    return compared(what, "samples/s", FIT, target, lambda: ours.sample_rate(4.0), lambda: plain.sample_rate(epochs, fit_samples))


def _memory(name: str) -> Row:
    return compared(f"{name}: peak memory of a process, 3 epochs", "MB", f"{FIT} on dense float32", Target(0.45, at_most=True),
                    lambda: _peak_of_process("ours_peak", name), lambda: _peak_of_process("plain_peak", name), 1)  # fmt: skip


def _peak_of_process(function: str, name: str) -> float:
    code = f"from _bench import training; print(training.{function}({name!r}))"
    done = subprocess.run([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, check=True, cwd=Path(__file__).parents[1])
    return float(done.stdout.splitlines()[-1])


def ours_peak(name: str) -> float:
    """Train, and give this process's largest memory in megabytes."""
    spec = edits.change_training(projects.full(name), epochs=3)
    dataset = projects.dataset_of(spec)
    for _ in train(TrainRequest(spec, dataset, 1), create_backend()):
        pass
    return peak_memory()


def plain_peak(name: str) -> float:
    """The same with `Model.fit`."""
    spec = projects.full(name)
    create_backend()  # imports TensorFlow as the other side does
    dataset = projects.dataset_of(spec)
    (x, y), model = arrays(spec, dataset), compiled_model(spec, dataset)
    del dataset
    model.fit(x, y, batch_size=spec.training.batch_size, epochs=3, verbose=0)
    return peak_memory()


def peak_memory() -> float:
    """The most memory that this process has had at once, in megabytes."""
    status = Path("/proc/self/status")
    if status.exists():  # where getrusage would give the largest of the process that started this one, too
        line = next(line for line in status.read_text().splitlines() if line.startswith("VmHWM:"))
        return int(line.split()[1]) * 1024 / MEGABYTE
    if sys.platform == "win32":
        import psutil

        return float(psutil.Process().memory_info().peak_wset) / MEGABYTE
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / MEGABYTE  # bytes on macOS


def maps() -> list[Row]:
    """All neurons of 2-8-8-8-1 on 100×100 points, against Model.predict of a model that gives all of them out."""
    spec = edits.change_data(projects.plane("circle", (8, 8, 8)), validation=None)
    ours = Ours(spec, projects.dataset_of(spec))
    import keras  # only now: the engine imports it without its greetings

    request = ProbeRequest(grid=100, neurons=True, neuron_grid=100)
    model = compiled_model(spec, projects.dataset_of(spec))
    every = keras.Model(model.inputs, [layer.output for layer in model.layers])
    axis = np.linspace(-6, 6, 100, dtype=np.float32)
    points = np.stack(np.meshgrid(axis, axis), axis=-1).reshape(-1, 2)

    def predict() -> object:
        return every.predict(points, verbose=0)

    def often(work: Callable[[], object], times: int) -> float:
        return seconds(lambda: [work() for _ in range(times)]) / times

    ours.backend.probe(request)
    predict()
    row = compared("map of all neurons, 100×100 points", "maps/s", "Model.predict", Target(100),
                   lambda: 1 / often(lambda: ours.backend.probe(request), 100), lambda: 1 / often(predict, 3), 5)  # fmt: skip
    return [row]


BENCHES: dict[str, Callable[[], list[Row]]] = {
    "toy": toy, "line": line, "mnist": mnist, "cnn": cnn, "imdb": imdb, "reuters": reuters, "lstm": lstm, "map": maps,
}  # fmt: skip
