"""Finding the step in which a loss stopped being finite, and where in the network that began."""

from __future__ import annotations

import time

import keras
import numpy as np
import tensorflow as tf

from nnplayground.engine.keras_backend.run import Mark, Run

MAX_SECONDS = 5.0


def diagnose(run: Run, mark: Mark, epochs: int) -> str:
    """Train again from a mark, and look: "in epoch 3, step 7 of 25, first …"; "" when it does not show again in time."""
    end = run.everything()
    try:
        run.rewind(mark)
        while run.epoch < mark.epoch + epochs:
            run.advance(mark.epoch + epochs - run.epoch, MAX_SECONDS)
        return _search(run)
    finally:
        run.rewind(end)


def present(run: Run) -> str:
    """What can be said without a mark to go back to: where the network has numbers that are not finite now."""
    index = tf.constant(run.order(run.epoch)[: run.loop.batch])
    place = _place(run, index)
    when = f"in epoch {run.epoch + 1:,}, by step {run.step:,} of {run.loop.steps:,}" if run.step else f"in epoch {run.epoch:,}"
    return f"{when}, now {place}"


def _search(run: Run) -> str:
    loop, order = run.loop, run.order(run.epoch)
    attempt = tf.function(lambda index: _attempt(run, index), reduce_retracing=True)
    begin: float | None = None
    for step in range(run.step, loop.steps):
        index = tf.constant(order[step * loop.batch : (step + 1) * loop.batch])
        if not bool(attempt(index)):
            return f"in epoch {run.epoch + 1:,}, step {step + 1:,} of {loop.steps:,}, first {_place(run, index)}"
        if begin is None:
            begin = time.perf_counter()  # the first step was compiled, which on a busy machine takes all the time there is
        if time.perf_counter() - begin > MAX_SECONDS:
            break
    return ""


def _attempt(run: Run, index: tf.Tensor) -> tf.Tensor:
    """Take a step, unless its loss is not finite; gives whether it was."""
    network = run.network
    gradients, loss, _, _ = run.loop.gradients(run.loop.train, index)

    def apply() -> tf.Tensor:
        network.optimizer.apply(gradients, network.model.trainable_variables)
        return tf.constant(True)

    return tf.cond(tf.math.is_finite(loss), apply, lambda: tf.constant(False))


def _place(run: Run, index: tf.Tensor) -> str:
    """Where the numbers stop being finite: in weights, behind a layer, or only in the loss."""
    layers = [(number, layer) for number, layer in enumerate(run.network.model.layers, 1) if not isinstance(layer, keras.layers.Identity)]
    for number, layer in layers:
        if not all(np.isfinite(w.numpy()).all() for w in layer.weights):
            return f"in the weights of layer {number} ({type(layer).__name__})"
    x = run.network.batch(run.loop.train.x, index)
    if isinstance(x, tf.Tensor) and not np.isfinite(x.numpy()).all():
        return "in the inputs"
    largest, source = 0.0, ""
    for number, layer in layers:
        x, name = layer(x, training=False), f"layer {number} ({type(layer).__name__})"
        if not np.isfinite(x.numpy()).all():
            return f"behind {name}"
        if (size := float(np.abs(x.numpy()).max())) >= largest:
            largest, source = size, name
    return f"in the loss itself, with numbers up to {largest:.2g} behind {source}"
