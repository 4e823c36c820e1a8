"""In which order a network sees its samples: rows of random orders, the same in a run of the app and in an exported program."""

from __future__ import annotations

MAX_ORDER_EPOCHS = 64
ORDER_NUMBERS = 65_536


def block_epochs(samples: int) -> int:
    """For so many epochs the orders come from one random generator: a generator for each would cost as much as a short epoch.

    Epoch i (0-based) has the order number `i % block` of `numpy.random.default_rng((seed, i // block))`.
    """
    return max(1, min(MAX_ORDER_EPOCHS, ORDER_NUMBERS // samples))
