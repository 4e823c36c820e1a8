"""Activation functions as the tutorials write them."""

from __future__ import annotations

from nnplayground.engine.working import LayerWorking
from nnplayground.ui.theme.numbers import number

NEARLY = 0.0005
"""Below it a probability is written as a power of ten."""
SYMBOLS = {
    "sigmoid": "σ(z)", "tanh": "tanh z", "relu": "max(0, z)", "softmax": "softmax z", "linear": "z", "sign": "sign z", "sine": "sin z",
}  # fmt: skip
FORMULAS = {
    "sigmoid": "σ(z) = 1 / (1 + e⁻ᶻ)", "tanh": "tanh z = (eᶻ − e⁻ᶻ) / (eᶻ + e⁻ᶻ)", "relu": "relu(z) = max(0, z)",
    "softmax": "softmax(z)ᵢ = eᶻⁱ / Σ eᶻ", "linear": "linear: z as it is", "sign": "sign z: +1 from 0 on, else −1",
    "exponential": "exponential: eᶻ", "softplus": "softplus(z) = ln(1 + eᶻ)", "softsign": "softsign(z) = z / (1 + |z|)",
    "silu": "silu(z) = z · σ(z)",
}  # fmt: skip


def symbol(activation: str) -> str:
    """The function of z, in short."""
    return SYMBOLS.get(activation, f"{activation}(z)")


def formula(activation: str) -> str:
    """How the function is worked out; its name where that takes more than a line."""
    return FORMULAS.get(activation, f"{activation}(z)")


def applied(working: LayerWorking) -> str:
    """The function and its value: `σ(z) = 0.8854`."""
    output = working.output
    value = f"{output:.4f}" if NEARLY <= output <= 1 else number(output)
    return f"{symbol(working.activation)} = {value}"
