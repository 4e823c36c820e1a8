"""What is worth remembering of a run: as a line in the log tab and in the log file."""

from __future__ import annotations

import logging

from nnplayground.engine.events import Event, Failed, Finished, Noted, Started, Status
from nnplayground.ui.theme.numbers import count, epochs_told, size

logger = logging.getLogger(__name__)


def record(event: Event) -> None:
    """Write an event down, if it is one that people may want to read later."""
    match event:
        case Started(parameters=parameters, epoch=epoch, how=how, memory=memory, warnings=warnings):
            at, needs = f"at epoch {count(epoch)}" if epoch else "", f"about {size(memory)}" if memory else ""
            parts = (f"{count(parameters)} parameters", at, how, needs)
            logger.info("Network built: %s", "; ".join(part for part in parts if part))
            for warning in warnings:
                logger.warning("%s", warning)
        case Noted(text=text):
            logger.info("%s", text)
        case Finished(status=status, epoch=epoch, reason=reason):
            level = logging.WARNING if status is Status.DIVERGED else logging.INFO
            logger.log(level, "%s", f"Run {status.value} after {epochs_told(epoch)}. {reason}".rstrip())
        case Failed(message=message, details=details):
            logger.error("%s", f"{message}\n{details}".rstrip())
