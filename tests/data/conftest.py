"""A server on this machine, and small file sets laid out as Keras's."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from data.stores import CONTENT, PATH
from data.support import PATIENT, Server, Small, idx, lists_npz, npz, remote, serving

from nnplayground.data.store import Store


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("NO_PROXY", "127.0.0.1")
    with serving() as told:
        yield told


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return tmp_path / "datasets"


@pytest.fixture
def toy(server: Server, folder: Path) -> Store:
    """A store with one missing file, which the server can give."""
    server.serve(f"/{PATH}", CONTENT)
    return Store((folder,), folder, {"toy": (remote(PATH, CONTENT, server.url),)}, PATIENT)


@pytest.fixture(scope="session")
def small() -> Small:
    rng = np.random.default_rng(1)

    def images(n: int) -> tuple[np.ndarray, np.ndarray]:
        return rng.integers(0, 256, (n, 28, 28), np.uint8), rng.integers(0, 10, n, np.uint8)

    mnist = (*images(60), *images(20))
    fashion = (*images(50), *images(10))
    boston = (rng.normal(5, 3, (40, 13)), rng.uniform(5, 50, 40))
    names = ("train-images-idx3-ubyte", "train-labels-idx1-ubyte", "t10k-images-idx3-ubyte", "t10k-labels-idx1-ubyte")
    fashion_paths = tuple(f"fashion-mnist/{name}.gz" for name in names)
    return Small(
        {"mnist": mnist, "fashion_mnist": fashion, "boston_housing": boston},
        {
            "mnist.npz": npz(**dict(zip(("x_train", "y_train", "x_test", "y_test"), mnist, strict=True))),
            **{path: idx(array) for path, array in zip(fashion_paths, fashion, strict=True)},
            "boston_housing.npz": npz(x=boston[0], y=boston[1]),
        },
        {"mnist": ("mnist.npz",), "fashion_mnist": fashion_paths, "boston_housing": ("boston_housing.npz",)},
    )


@pytest.fixture(scope="session")
def texts() -> Small:
    """IMDB and Reuters in small, with 300 words: `arrays` has the lists as they stand in the file, and the labels."""
    rng = np.random.default_rng(2)
    words = ["the", "good", "don't", *(f"w{place}" for place in range(4, 301))]
    index = json.dumps({word: place for place, word in enumerate(words, 1)})

    def lists(n: int) -> list[list[int]]:
        return [rng.integers(1, 301, rng.integers(2, 40)).tolist() for _ in range(n)]

    imdb = (lists(1200), rng.integers(0, 2, 1200), lists(50), rng.integers(0, 2, 50))
    reuters = (lists(90), rng.integers(0, 46, 90))
    return Small(
        {"imdb": imdb, "reuters": reuters},
        {
            "imdb.npz": lists_npz(**dict(zip(("x_train", "y_train", "x_test", "y_test"), imdb, strict=True))),
            "imdb_word_index.json": index.encode(),
            "reuters.npz": lists_npz(**dict(zip(("x", "y"), reuters, strict=True))),
            "reuters_word_index.json": index.encode(),
        },
        {name: (f"{name}.npz", f"{name}_word_index.json") for name in ("imdb", "reuters")},
    )


@pytest.fixture
def nowhere(tmp_path: Path) -> Store:
    """A store without files and without a network."""
    folder = tmp_path / "empty"
    return Store((folder,), folder, {name: (remote(f"{name}.npz", b"x"),) for name in ("mnist", "fashion_mnist", "boston_housing")})


PROXIES = ("http_proxy", "https_proxy", "all_proxy", "HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "NO_PROXY", "no_proxy")


@pytest.fixture
def direct(monkeypatch: pytest.MonkeyPatch):
    for name in PROXIES:
        monkeypatch.delenv(name, raising=False)
