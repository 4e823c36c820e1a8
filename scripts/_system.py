"""What Python packages leave to the system on Linux, Qt's libraries above all: is it there, and how to get it."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Collection, Sequence
from pathlib import Path

from _console import say, stop

# Read off the wheel with `readelf -d`: Qt's libraries, the offscreen platform, and the xcb one (Debian's names).
PACKAGES = {
    "qt": ("libegl1", "libgl1", "libxkbcommon0", "libdbus-1-3", "libfontconfig1", "libfreetype6", "libglib2.0-0"),
    "x11": (
        "libx11-xcb1", "libxkbcommon-x11-0", "libxcb-cursor0", "libxcb-glx0", "libxcb-icccm4", "libxcb-image0", "libxcb-keysyms1",
        "libxcb-randr0", "libxcb-render-util0", "libxcb-render0", "libxcb-shape0", "libxcb-shm0", "libxcb-sync1", "libxcb-util1",
        "libxcb-xfixes0", "libxcb-xkb1",
    ),
}  # fmt: skip
OTHER_SYSTEMS = {
    "dnf": "sudo dnf install libglvnd-egl libglvnd-glx libxkbcommon-x11 fontconfig dbus-libs glib2 libX11-xcb xcb-util-cursor xcb-util-wm "
           "xcb-util-image xcb-util-keysyms xcb-util-renderutil",
    "pacman": "sudo pacman -S libglvnd libxkbcommon-x11 fontconfig dbus glib2 xcb-util-cursor xcb-util-wm xcb-util-image xcb-util-keysyms "
              "xcb-util-renderutil",
    "zypper": "sudo zypper install libEGL1 libGL1 libxkbcommon-x11-0 fontconfig libdbus-1-3 glib2-tools libX11-xcb1 libxcb-cursor0 "
              "libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-render-util0",
}  # fmt: skip

PROBES = {
    "qt": "from PySide6 import QtGui, QtWidgets, QtSvg; QtWidgets.QApplication(['probe'])",
    "x11": "import ctypes, pathlib, PySide6; from PySide6 import QtGui; "
           "ctypes.CDLL(str(pathlib.Path(PySide6.__file__).parent / 'Qt/plugins/platforms/libqxcb.so'))",
}  # fmt: skip


def ensure_libraries(python: Path, wanted: Collection[str]) -> tuple[str, ...]:
    """Look for the libraries of each kind wanted, install what is missing where that can be done, and return what is there.

    Without Qt's own ("qt") nothing can go on, so that ends the program with the command to run; without those for
    X11 a Wayland desktop still shows the window, so that is only said.
    """
    missing = {kind: error for kind in wanted if (error := _problem(python, kind))}
    if missing and apt_install([package for kind in missing for package in PACKAGES[kind]]):
        missing = {kind: error for kind in missing if (error := _problem(python, kind))}
    if missing:
        text = "\n".join(["Qt needs libraries that this system does not have:", *missing.values(), _advice(missing)])
        if "qt" in missing:
            stop(text)
        say(text)
    return tuple(kind for kind in wanted if kind not in missing)


def apt_install(packages: Sequence[str]) -> bool:
    """Install Debian packages if this is a Debian or Ubuntu and we are root there; whether that was done."""
    if not shutil.which("apt-get") or os.geteuid() != 0:
        return False
    say(f"Installing system packages: {' '.join(packages)} ...")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    # A failed update need not matter: the lists that are there may do.
    for arguments in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", "--no-upgrade", *packages]):
        done = subprocess.run(
            ["apt-get", *arguments], env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
            text=True, errors="replace", check=False,
        )  # fmt: skip
        if done.returncode != 0:
            say(f"'apt-get {arguments[0]}' failed:\n{done.stdout.strip()}")
            if arguments[0] == "install":
                return False
    return True


def _problem(python: Path, kind: str) -> str:
    """The loader's own words when a library is missing, else nothing."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    probe = subprocess.run([python, "-c", PROBES[kind]], env=environment, capture_output=True, text=True, check=False)
    if probe.returncode == 0:
        return ""
    return (probe.stderr.strip().splitlines() or [f"Qt ended with code {probe.returncode}"])[-1]


def _advice(missing: Collection[str]) -> str:
    if shutil.which("apt-get"):
        return f"Run this, then start again:\n  sudo apt-get install {' '.join(p for kind in missing for p in PACKAGES[kind])}"
    for manager, command in OTHER_SYSTEMS.items():
        if shutil.which(manager):
            return f"Run this, then start again:\n  {command}"
    return "Install the packages that hold them with your system's package manager, then start again."
