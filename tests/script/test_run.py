"""Projects trained by the command, in this process: results, outputs, exit codes."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

import numpy as np
import pytest

from nnplayground.core.history import History
from nnplayground.core.project_file import read_project
from nnplayground.engine.state import load_state
from nnplayground.script import run as run_module

KEYS = {
    "name", "status", "epochs", "seed", "parameters", "source", "history", "test", "seconds", "epochs_per_second", "samples_per_second",
    "peak_rss_mb", "outputs", "versions",
}  # fmt: skip
OUTPUT = """
[output]
project = "p.nnp"
weights = "deep/m.weights.h5"
model = "m.keras"
code = "train.py"
history = "h.csv"
plots = "c.png"
"""
BOSTON = """
data = { name = "boston_housing", source = "sample", target_scaling = "standard" }
layers = [{ type = "Dense", units = 4, activation = "relu" }, { type = "Dense", units = 1 }]
[training]
epochs = 2
k_fold = 3
"""


def files(folder: Path) -> set[str]:
    return {p.relative_to(folder).as_posix() for p in folder.rglob("*") if p.is_file()}


def test_the_result_as_one_object(command, recipe):
    done = command("--script", recipe(), "--json", "--quiet")
    assert (done.code, done.err) == (0, "")
    result = done.result
    assert result.keys() >= KEYS
    assert (result["name"], result["status"], result["epochs"], result["seed"]) == ("xor", "completed", 3, 7)
    assert (result["parameters"], result["source"], result["outputs"]) == (17, "generated", {})
    assert {name: len(values) for name, values in result["history"].items()} == {"loss": 3, "accuracy": 3}
    assert result["test"].keys() == {"loss", "accuracy"}
    assert result["seconds"].keys() == {"import", "data", "compile", "train"}
    assert result["versions"].keys() == {"nnplayground", "python", "tensorflow", "keras", "numpy"}


def test_the_result_for_people(command, recipe):
    done = command("--script", recipe())
    assert done.code == 0
    assert done.out.startswith("xor: completed, 3 epochs in ")
    assert "17 parameters, generated data" in done.out
    assert "test        loss 0." in done.out


def test_several_files_in_turn_each_in_its_own_folder(command, recipe, tmp_path: Path):
    first = recipe('[output]\nhistory = "h.csv"\n', "a/x.toml")
    second = recipe('[output]\nhistory = "h.csv"\n', "b/x.toml")
    done = command("--script", first, second, "--json", "--out", str(tmp_path / "out"))
    assert done.code == 0
    assert [json.loads(line)["name"] for line in done.out.splitlines()] == ["xor", "xor"]
    assert files(tmp_path / "out") == {"x/h.csv", "x-2/h.csv"}


def test_without_out_every_run_has_a_new_folder(command, recipe):
    path = recipe('[output]\nhistory = "h.csv"\n')
    assert command("--script", path, path).code == 0
    assert len(list(Path("runs").glob("xor-*/h.csv"))) == 2


def test_one_bad_file_keeps_all_from_being_trained(command, recipe, tmp_path: Path):
    bad = recipe("epochs = 3", "bad.toml")
    done = command("--script", recipe('[output]\nhistory = "h.csv"\n'), bad, "--out", str(tmp_path / "out"))
    assert done.code == 2
    assert "bad.toml" in done.err
    assert not (tmp_path / "out").exists()


def test_the_first_failure_is_the_exit_code_and_the_others_are_trained(command, recipe):
    diverging = recipe(name="d.toml", base=LINE)
    done = command("--script", diverging, recipe(), "--json", "--quiet")
    assert done.code == 4
    assert [json.loads(line)["status"] for line in done.out.splitlines()] == ["diverged", "completed"]


LINE = """
data = "line"
layers = [{ type = "Dense", units = 1 }]
[training]
optimizer = { type = "SGD", learning_rate = 1000.0 }
epochs = 500
[output]
weights = "m.weights.h5"
history = "h.csv"
plots = "c.svg"
"""


def test_divergence(command, recipe, tmp_path: Path):
    done = command("--script", recipe(base=LINE), "--json", "--out", str(tmp_path / "out"))
    assert done.code == 4
    assert done.result["status"] == "diverged"
    assert "learning rate" in done.result["reason"]
    assert done.result["history"]["loss"][-1] is None
    assert "NaN" not in done.out
    assert "Infinity" not in done.out
    assert files(tmp_path / "out") == {"h.csv", "c.svg"}


def test_problems_of_the_whole_are_told_with_a_way_out(command, recipe):
    done = command("--script", recipe(), "--set", "layers[1].units=3", "--set", "training.k_fold=9")
    assert done.code == 2
    assert len(done.err.splitlines()) == 2
    assert "layers[1].units: XOR" in done.err
    assert "A way out: 'Make it 1 unit'." in done.err


def test_stop_when(command, recipe):
    done = command("--script", recipe(), "--json", "--set", "training.epochs=5000", "--set", "training.stop_when.below=0.4")
    losses = done.result["history"]["loss"]
    assert (done.code, done.result["status"], done.result["epochs"]) == (0, "stopped", len(losses))
    assert losses[-1] < 0.4 <= losses[-2]


def test_early_stopping_restores_the_best_weights(command, recipe):
    rule = "{ monitor = 'loss', patience = 3, mode = 'max', restore_best_weights = true }"
    done = command("--script", recipe(), "--json", "--set", "training.epochs=100", "--set", f"training.early_stopping={rule}")
    result = done.result
    assert (done.code, result["status"]) == (0, "stopped")
    best = int(np.argmax(result["history"]["loss"]))
    again = command("--script", recipe(), "--json", "--set", f"training.epochs={best + 1}").result
    assert again["test"]["loss"] == result["test"]["loss"]
    assert result["epochs"] == best + 1 + 3


def test_folds(command, recipe):
    done = command("--script", recipe(base=BOSTON), "--json", "--quiet")
    assert (done.code, done.err) == (0, "")
    result = done.result
    assert len(result["folds"]) == 3
    for fold in result["folds"]:
        assert fold["history"].keys() == {"loss", "mae", "val_loss", "val_mae"}
        assert fold["status"] == "completed"
        assert fold["score"] == pytest.approx({"loss": fold["history"]["val_loss"][-1], "mae": fold["history"]["val_mae"][-1]}, rel=1e-5)
    mean = [np.mean([f["history"]["val_mae"][i] for f in result["folds"]]) for i in range(2)]
    np.testing.assert_allclose(result["mean_history"]["val_mae"], mean)
    assert result["source"] == "sample"
    assert 1 < result["test"]["mae"] < 60  # thousands of dollars, not standard deviations


def test_no_epochs_at_all(command, recipe, tmp_path: Path):
    done = command("--script", recipe(OUTPUT), "--json", "--set", "training.epochs=0", "--out", str(tmp_path / "out"))
    assert (done.code, done.result["epochs"], done.result["history"]) == (0, 0, {})
    assert len(files(tmp_path / "out")) == 6


def test_outputs(command, recipe, tmp_path: Path):
    out = tmp_path / "out"
    done = command("--script", recipe(OUTPUT), "--json", "--out", str(out))
    assert done.code == 0
    assert files(out) == {"p.nnp", "deep/m.weights.h5", "m.keras", "train.py", "h.csv", "c.png"}
    assert {Path(p) for p in done.result["outputs"].values()} == {out / f for f in files(out)}
    history = History.from_csv((out / "h.csv").read_text(encoding="utf-8"))
    assert history.values("loss").tolist() == done.result["history"]["loss"]
    assert (out / "c.png").read_bytes().startswith(b"\x89PNG")

    weights = ("--weights", str(out / "deep/m.weights.h5"), "--evaluate-only")
    assert command("--script", recipe(), "--json", *weights).result["test"] == done.result["test"]
    kept = command("--script", str(out / "p.nnp"), "--json", "--evaluate-only", "--out", str(tmp_path / "again")).result
    assert (kept["test"], kept["epochs"], kept["history"]) == (done.result["test"], 3, done.result["history"])

    import keras

    model = keras.models.load_model(out / "m.keras", compile=False)
    model.load_weights(out / "deep/m.weights.h5")
    assert model.count_params() == 17


@pytest.mark.parametrize("optimizer", ["SGD", "Adam", "RMSprop"])
def test_a_saved_run_goes_on_exactly(command, recipe, tmp_path: Path, optimizer: str):
    base = """
        seed = 5
        data = { name = "circle", samples = 90, validation = { use = "test" } }
        layers = [{ type = "Dense", units = 4, activation = "tanh" }, { type = "Dropout", rate = 0.3 },
                  { type = "Dense", units = 1, activation = "sigmoid" }]
        """
    path = recipe(f'[training]\noptimizer = "{optimizer}"\nepochs = 10\nbatch_size = 7\n[output]\nproject = "p.nnp"\n', base=base)
    whole, part, rest = (str(tmp_path / name) for name in ("whole", "part", "rest"))
    at_once = command("--script", path, "--json", "--out", whole).result
    command("--script", path, "--out", part, "--set", "training.epochs=5")
    gone_on = command("--script", f"{part}/p.nnp", "--json", "--out", rest, "--set", "training.epochs=10").result
    assert gone_on["epochs"] == 10
    assert gone_on["history"] == at_once["history"]
    assert gone_on["test"] == at_once["test"]
    a, b = (read_project(Path(folder) / "p.nnp") for folder in (whole, rest))
    for one, other in zip(load_state(a.state).weights, load_state(b.state).weights, strict=True):
        np.testing.assert_array_equal(one, other)
    assert a.history == b.history


@pytest.mark.parametrize("weights", ["nowhere.weights.h5", "text.weights.h5", "other.weights.h5"])
def test_weights_that_do_not_fit(command, recipe, tmp_path: Path, weights: str):
    (tmp_path / "text.weights.h5").write_text("no weights")
    if weights.startswith("other"):
        command("--script", recipe('[output]\nweights = "other.weights.h5"\n'), "--set", "layers[0].units=9", "--out", str(tmp_path))
    done = command("--script", recipe(), "--weights", str(tmp_path / weights), "--evaluate-only")
    assert done.code == 2
    assert weights in done.err
    assert done.err.count("\n") == 1
    assert done.out == ""


def test_a_file_where_the_folder_should_be(command, recipe, tmp_path: Path):
    (tmp_path / "file").write_text("x")
    done = command("--script", recipe(OUTPUT), "--out", str(tmp_path / "file" / "sub"))
    assert done.code == 5
    assert str(tmp_path / "file") in done.err
    assert done.err.count("\n") == 1
    assert done.out == ""


def test_an_output_that_would_replace_a_folder(command, recipe, tmp_path: Path):
    (tmp_path / "out" / "h.csv").mkdir(parents=True)
    done = command("--script", recipe(OUTPUT), "--out", str(tmp_path / "out"))
    assert done.code == 5
    assert "h.csv is a folder" in done.err


def test_a_folder_that_may_not_be_written_to(command, recipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    out = tmp_path / "out"
    out.mkdir(mode=0o500)
    if os.access(out, os.W_OK):  # the administrator may write anywhere: the refusal is played

        def refuse(*_: object, **__: object) -> None:
            raise PermissionError(13, "Permission denied")

        monkeypatch.setattr("tempfile.TemporaryFile", refuse)
    done = command("--script", recipe(OUTPUT), "--out", str(out))
    assert done.code == 5
    assert f"{out} cannot be written: Permission denied" in done.err
    assert not list(out.iterdir())


def test_a_disk_that_fills_up_spares_the_other_outputs(command, recipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    real = os.fsync

    def full(descriptor: int) -> None:
        if b"PNG" in os.pread(descriptor, 8, 0):
            raise OSError(28, "No space left on device")
        real(descriptor)

    monkeypatch.setattr(os, "fsync", full)
    done = command("--script", recipe(OUTPUT), "--json", "--out", str(tmp_path / "out"))
    assert done.code == 5
    assert re.search(r"c\.png cannot be written: No space left on device\. Choose another folder", done.err)
    assert files(tmp_path / "out") == {"p.nnp", "deep/m.weights.h5", "m.keras", "train.py", "h.csv"}
    assert done.result["status"] == "completed"
    assert "plots" not in done.result["outputs"]


def test_data_that_is_not_to_be_had(command, recipe):
    done = command("--script", recipe(base=BOSTON), "--source", "full", "--quiet")
    assert done.code == 3
    assert "boston_housing" in done.err
    assert 'source = "sample"' in done.err


def test_a_truncated_file_of_data_is_left_alone(command, recipe, own_home: Path):
    broken = own_home / ".keras" / "datasets" / "boston_housing.npz"
    broken.parent.mkdir(parents=True)
    broken.write_bytes(b"PK\x03\x04 cut off")
    done = command("--script", recipe(base=BOSTON), "--source", "full")
    assert done.code == 3
    assert str(broken) in done.err
    again = command("--script", recipe(base=BOSTON), "--source", "auto", "--json")
    assert (again.code, again.result["source"]) == (0, "sample")
    assert "built-in sample" in again.err
    assert broken.read_bytes() == b"PK\x03\x04 cut off"


def test_an_interrupt_keeps_the_newest_weights(command, recipe, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    real = run_module.train

    def interrupted(*args: object) -> object:
        for i, event in enumerate(real(*args)):
            if i == 3:
                os.kill(os.getpid(), 2)
            yield event

    monkeypatch.setattr(run_module, "train", interrupted)
    paths = recipe(OUTPUT), recipe(OUTPUT, "never.toml")
    done = command("--script", *paths, "--json", "--set", "training.epochs=1000000000", "--out", str(tmp_path / "o"))
    assert done.code == 130
    assert len(done.out.splitlines()) == 1
    assert done.result["status"] == "cancelled"
    assert done.result["epochs"] == len(done.result["history"]["loss"]) > 0
    assert files(tmp_path / "o") == {f"r/{name}" for name in ("p.nnp", "deep/m.weights.h5", "m.keras", "train.py", "h.csv", "c.png")}
    assert read_project(tmp_path / "o" / "r" / "p.nnp").history.count("\n") == done.result["epochs"] + 1


def test_what_may_change_during_a_run_changes_a_saved_one_too(command, recipe, tmp_path):
    """A rate is taken over, and the run goes on; another seed makes another run."""
    command("--script", recipe(), "--json", "--out", str(tmp_path / "a"), "--set", "training.epochs=3", "--set", "output.project=p.nnp")
    saved = str(tmp_path / "a" / "p.nnp")

    def go_on(*more):
        words = [word for value in more for word in ("--set", value)]
        return command("--script", saved, "--json", "--out", str(tmp_path / "b"), "--set", "training.epochs=5", *words)

    plain, faster, other = go_on(), go_on("training.optimizer.learning_rate=0.7"), go_on("seed=99")
    assert plain.result["history"]["loss"][:3] == faster.result["history"]["loss"][:3]
    assert plain.result["history"]["loss"][3:] != faster.result["history"]["loss"][3:]
    assert len(plain.result["history"]["loss"]) == len(other.result["history"]["loss"]) == 5
    assert "begins anew" in other.err
    assert "begins anew" not in plain.err + faster.err


def test_folds_leave_no_rule_behind_that_watches_their_validation(command, recipe):
    rules = ["training.k_fold=2", "training.epochs=3", "training.reduce_lr_on_plateau.patience=1", "training.early_stopping.patience=9"]
    done = command("--script", recipe(), "--json", *(word for rule in rules for word in ("--set", rule)))
    assert done.code == 0
    assert len(done.result["folds"]) == 2


def test_the_score_of_a_fold_is_that_of_the_network_it_leaves(command, recipe):
    """The weights of the best epoch are restored, and it was not the last one."""
    rule = "{ monitor = 'val_loss', patience = 3, min_delta = 1000, restore_best_weights = true }"
    done = command("--script", recipe(base=BOSTON), "--json", "--set", "training.epochs=30", "--set", f"training.early_stopping={rule}")
    folds = done.result["folds"]
    assert [(fold["status"], len(fold["history"]["loss"])) for fold in folds] == [("stopped", 4)] * 3
    for fold in folds:
        assert "Its weights are restored" in fold["reason"]
        assert fold["score"]["mae"] == pytest.approx(fold["history"]["val_mae"][0], rel=1e-5)
        assert fold["score"]["loss"] == pytest.approx(fold["history"]["val_loss"][0], rel=1e-5)
        assert fold["score"]["mae"] != pytest.approx(fold["history"]["val_mae"][-1], rel=1e-5)


LINE_FOLDS = """
data = "line"
layers = [{ type = "Dense", units = 1, kernel_initializer = "zeros" }]
[training]
optimizer = { type = "SGD", learning_rate = 0.2 }
batch_size = 6
epochs = 600
k_fold = 6
"""
"""Without one of the two points that are farthest out the others are learnt; with both the rate is too high."""


def test_a_fold_that_diverges_says_so(command, recipe):
    done = command("--script", recipe(base=LINE_FOLDS), "--json")
    folds = done.result["folds"]
    states = [fold["status"] for fold in folds]
    assert states == ["diverged"] * 4 + ["completed"] * 2
    for number, fold in enumerate(folds[:4], 1):
        assert "Try a smaller learning rate" in fold["reason"]
        assert set(fold["score"].values()) == {None}
        assert f"Fold {number} of 6 diverged. {fold['reason']}" in done.err
    assert folds[4]["reason"] == folds[5]["reason"] == ""
    assert not re.search("Fold [56]", done.err)
    losses = [fold["history"]["loss"] for fold in folds[4:]]
    assert done.result["mean_history"]["loss"] == np.mean(losses, axis=0).tolist()
    told = command("--script", recipe(base=LINE_FOLDS)).out
    assert re.search(r"^  fold 1  diverged  The loss is not a finite number", told, re.MULTILINE)
    assert re.search(r"^  fold 6  loss \d", told, re.MULTILINE)
    assert re.search(r"^  mean of the other 2 loss [\d.e+-]+ ± \d", told, re.MULTILINE)


def test_an_interrupt_keeps_the_folds_that_are_whole(command, recipe, monkeypatch: pytest.MonkeyPatch):
    real = run_module.cross_validate

    def interrupted(*args: object) -> object:
        for fold, event in real(*args):
            if fold == 1:
                os.kill(os.getpid(), 2)
            yield fold, event

    monkeypatch.setattr(run_module, "cross_validate", interrupted)
    done = command("--script", recipe(base=BOSTON), "--json")
    assert (done.code, done.result["status"]) == (130, "cancelled")
    assert "in fold 2 of 3" in done.result["reason"]
    assert [fold["status"] for fold in done.result["folds"]] == ["completed"]
