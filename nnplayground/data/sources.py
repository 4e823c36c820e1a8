"""Which files a data set consists of, as Keras downloads them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

KERAS = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"


@dataclass(frozen=True)
class RemoteFile:
    """A file of a data set: where it stands in Keras's datasets folder, where it comes from, and how to know it."""

    path: str
    url: str
    sha256: str
    bytes: int

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2]


SOURCES: Mapping[str, tuple[RemoteFile, ...]] = {
    "mnist": (
        RemoteFile("mnist.npz", KERAS + "mnist.npz", "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1", 11_490_434),
    ),
    "fashion_mnist": tuple(
        RemoteFile(f"fashion-mnist/{name}.gz", f"{KERAS}{name}.gz", sha256, size)
        for name, sha256, size in (
            ("train-images-idx3-ubyte", "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84", 26_421_880),
            ("train-labels-idx1-ubyte", "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845", 29_515),
            ("t10k-images-idx3-ubyte", "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073", 4_422_102),
            ("t10k-labels-idx1-ubyte", "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5", 5_148),
        )
    ),
    "imdb": (
        RemoteFile("imdb.npz", KERAS + "imdb.npz", "69664113be75683a8fe16e3ed0ab59fda8886cb3cd7ada244f7d9544e4676b9f", 17_464_789),
        RemoteFile(
            "imdb_word_index.json", KERAS + "imdb_word_index.json", "027313fe9a320280f3bf0fac5baf58c4a683cf39a7ed9c3d3d3912bde4284cf6",
            1_641_221,
        ),
    ),
    "reuters": (
        RemoteFile("reuters.npz", KERAS + "reuters.npz", "d6586e694ee56d7a4e65172e12b3e987c03096cb01eab99753921ef915959916", 2_110_848),
        RemoteFile(
            "reuters_word_index.json", KERAS + "reuters_word_index.json",
            "9b56000edc4b34a32e89fd5a23b2605594682c74efcf7d8f4e2a5514b771e633", 550_378,
        ),
    ),
    "boston_housing": (
        RemoteFile(
            "boston_housing.npz", KERAS + "boston_housing.npz", "f553886a1f8d56431e820c5b82552d9d95cfcb96d1e678153f8839538947dff5", 57_026
        ),
    ),
}  # fmt: skip
NEVER_SHIPPED = frozenset({"imdb", "reuters"})
"""Sets whose licences do not allow a built-in sample."""
