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
    "boston_housing": (
        RemoteFile(
            "boston_housing.npz", KERAS + "boston_housing.npz", "f553886a1f8d56431e820c5b82552d9d95cfcb96d1e678153f8839538947dff5", 57_026
        ),
    ),
}
