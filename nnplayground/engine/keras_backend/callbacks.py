"""A user's own `keras.callbacks`: called as `Model.fit` calls them, as far as there is something to call them for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import keras
import tensorflow as tf

from nnplayground.core.targets import Goal
from nnplayground.engine.events import TrainRequest
from nnplayground.engine.keras_backend import build
from nnplayground.engine.keras_backend.network import Network, Samples

BATCH_HOOKS = ("on_train_batch_begin", "on_train_batch_end", "on_batch_begin", "on_batch_end")
TEST_HOOKS = ("on_test_begin", "on_test_end", "on_test_batch_begin", "on_test_batch_end")


class Hooks:
    """The callbacks of a run. Those of epochs always hear; those of batches make every step or batch of a validation a call of its own."""

    def __init__(self, request: TrainRequest, network: Network, goal: Goal, train: Samples) -> None:
        self._model = network.model
        # So that callbacks find `model.optimizer`, and models that they save can be trained on.
        self._model.compile(network.optimizer, network.loss, metrics=build.build_metrics(goal))
        # And metrics, which some ask whether more is better: Keras makes those in the first step of `fit`.
        one = tf.range(1)
        self._model.compute_metrics(None, tf.gather(train.y, one), self._model(network.batch(train.x, one), training=False))
        self._model.reset_metrics()
        training = request.spec.training
        params = {"epochs": training.epochs, "steps": -(-train.size // training.batch_size), "verbose": 0}
        self._list = keras.callbacks.CallbackList(list(request.callbacks), model=self._model, **params)
        self.each_batch = _any_overrides(request.callbacks, BATCH_HOOKS)
        self.tests = _any_overrides(request.callbacks, TEST_HOOKS)
        self._training = self._testing = False
        self._epoch_begun: int | None = None
        self._logs: dict[str, float] | None = None

    def begin(self, epoch: int, step: int) -> None:
        """Training goes on in `epoch` (0-based): tell of what begins with it."""
        if not self._training:
            self._training = True
            self._model.stop_training = False
            self._list.on_train_begin()
        if step == 0 and self._epoch_begun != epoch:
            self._epoch_begun = epoch
            self._list.on_epoch_begin(epoch)

    def begin_batch(self, step: int) -> None:
        self._list.on_train_batch_begin(step)

    def end_batch(self, step: int, logs: dict[str, float]) -> bool:
        """Whether a callback wants training to end."""
        self._list.on_train_batch_end(step, logs)
        return bool(self._model.stop_training)

    def begin_test_batch(self, number: int) -> None:
        """A batch of an epoch's validation; a validation that begins anew is still the same one."""
        if not self._testing:
            self._testing = True
            self._list.on_test_begin()
        self._list.on_test_batch_begin(number)

    def end_test_batch(self, number: int, logs: dict[str, float], *, last: bool) -> None:
        self._list.on_test_batch_end(number, logs)
        if last:
            self._testing = False
            self._list.on_test_end(logs)

    def end_epoch(self, epoch: int, logs: dict[str, float]) -> bool:
        """Whether a callback wants training to end."""
        self._epoch_begun, self._logs = None, logs
        self._list.on_epoch_end(epoch, logs)
        return bool(self._model.stop_training)

    def end(self) -> None:
        """The run has ended."""
        if self._training:
            self._training = False
            self._list.on_train_end(self._logs)


def listen_inside_epochs(callbacks: Sequence[Any]) -> bool:
    """Whether one of them hears of more than whole epochs."""
    return _any_overrides(callbacks, (*BATCH_HOOKS, *TEST_HOOKS))


def _any_overrides(callbacks: Sequence[Any], hooks: tuple[str, ...]) -> bool:
    return any(_overrides(callback, hooks) for callback in callbacks)


def _overrides(callback: Any, hooks: tuple[str, ...]) -> bool:
    """Whether it hears of these: by its class, or by a function of its own as `LambdaCallback`."""
    return any(getattr(getattr(callback, name), "__func__", None) is not getattr(keras.callbacks.Callback, name) for name in hooks)
