"""Which files a data set consists of, as Keras downloads them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

KERAS = "https://storage.googleapis.com/tensorflow/tf-keras-datasets/"
# Second sources: where Keras 1 and 2.0 had the same files (of them Keras compared the same hashes then as now), and where
# Zalando itself has its pictures. Keras publishes one address of each today, so the older ones may go; whatever they
# send is compared with the sha256 before it is used.
IMAGES_BEFORE = "https://s3.amazonaws.com/img-datasets/"
TEXTS_BEFORE = "https://s3.amazonaws.com/text-datasets/"
TABLES_BEFORE = "https://s3.amazonaws.com/keras-datasets/"
ZALANDO = "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/"


@dataclass(frozen=True)
class RemoteFile:
    """A file of a data set: where it stands in Keras's datasets folder, where it comes from, and how to know it."""

    path: str
    url: str
    sha256: str
    bytes: int
    mirrors: tuple[str, ...] = ()
    """Other addresses of the same file, tried in this order when `url` does not give it."""

    @property
    def urls(self) -> tuple[str, ...]:
        return (self.url, *self.mirrors)

    @property
    def name(self) -> str:
        return self.path.rpartition("/")[2]


def _file(name: str, sha256: str, size: int, mirror: str, folder: str = "") -> RemoteFile:
    return RemoteFile(folder + name, KERAS + name, sha256, size, (mirror + name,))


SOURCES: Mapping[str, tuple[RemoteFile, ...]] = {
    "mnist": (_file("mnist.npz", "731c5ac602752760c8e48fbffcf8c3b850d9dc2a2aedcf2cc48468fc17b673d1", 11_490_434, IMAGES_BEFORE),),
    "fashion_mnist": tuple(
        _file(f"{name}.gz", sha256, size, ZALANDO, "fashion-mnist/")
        for name, sha256, size in (
            ("train-images-idx3-ubyte", "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84", 26_421_880),
            ("train-labels-idx1-ubyte", "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845", 29_515),
            ("t10k-images-idx3-ubyte", "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073", 4_422_102),
            ("t10k-labels-idx1-ubyte", "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5", 5_148),
        )
    ),
    "imdb": (
        _file("imdb.npz", "69664113be75683a8fe16e3ed0ab59fda8886cb3cd7ada244f7d9544e4676b9f", 17_464_789, TEXTS_BEFORE),
        _file("imdb_word_index.json", "027313fe9a320280f3bf0fac5baf58c4a683cf39a7ed9c3d3d3912bde4284cf6", 1_641_221, TEXTS_BEFORE),
    ),
    "reuters": (
        _file("reuters.npz", "d6586e694ee56d7a4e65172e12b3e987c03096cb01eab99753921ef915959916", 2_110_848, TEXTS_BEFORE),
        _file("reuters_word_index.json", "9b56000edc4b34a32e89fd5a23b2605594682c74efcf7d8f4e2a5514b771e633", 550_378, TEXTS_BEFORE),
    ),
    "boston_housing": (
        _file("boston_housing.npz", "f553886a1f8d56431e820c5b82552d9d95cfcb96d1e678153f8839538947dff5", 57_026, TABLES_BEFORE),
    ),
}
NEVER_SHIPPED = frozenset({"imdb", "reuters"})
"""Sets whose licences do not allow a built-in sample."""
