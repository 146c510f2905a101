"""Changes valid HDF5 files into other valid ones, as a fuzzer's bytes say; Hdf5Edits.h does the same for C++."""

from __future__ import annotations

import contextlib

import atheris
import h5py
import numpy as np

_MOST_EDITS = 12
_MOST_NUMBERS = 10**5  # in a data set that is written
_NUMBERS = (0, 1, 2, 3, -1, 0.5, 1e300, -1e300, float("nan"), float("inf"), 2**31, 2**63, 1e-9)
_SHAPES = ((), (0,), (1,), (2,), (3, 2), (0, 4), (2, 3, 3), (1, 1, 1, 1), (2**20, 2**20))
_TYPES = ("f8", ">f4", "i4", "u1", ">u8", "S5", "?", "c16", "f2", "O", "V3", "i4,f8")


def edit(path: str, choices: atheris.FuzzedDataProvider) -> None:
    """Change a file."""
    with h5py.File(path, "r+") as file:
        for _ in range(_MOST_EDITS):
            if choices.remaining_bytes() == 0:
                return
            # h5py, NumPy and HDF5 refuse some of this.
            with contextlib.suppress(OSError, KeyError, ValueError, TypeError, RuntimeError, OverflowError):
                _edit_object(file, choices)


def _edit_object(file: h5py.File, choices: atheris.FuzzedDataProvider) -> None:
    names: list[str] = []
    file.visit(names.append)
    name = _pick(names, choices)
    item = file if choices.ConsumeBool() else file[name]
    if choices.ConsumeBool():
        return _edit_attribute(item, choices)
    kind = choices.ConsumeIntInRange(0, 7)
    if kind < 4 and isinstance(item, h5py.Dataset):
        return _edit_data_set(item, choices)
    del file[name]
    if kind == 4:
        file.create_group(name)
    elif kind == 5:
        file[name] = h5py.SoftLink(_pick(names, choices))
    elif kind == 6:
        file.create_dataset(name, _pick(_SHAPES, choices), _pick(_TYPES, choices), chunks=True)


def _edit_data_set(data_set: h5py.Dataset, choices: atheris.FuzzedDataProvider) -> None:
    if data_set.size > _MOST_NUMBERS:
        return
    values = data_set[...]
    kind = choices.ConsumeIntInRange(0, 3)
    if kind == 0 and values.size > 0:
        values.flat[choices.ConsumeIntInRange(0, values.size - 1)] = _number(choices)
    elif kind == 1:
        values = values.astype(_pick(_TYPES, choices))
    elif kind == 2:
        values = np.resize(values, [max(0, extent + choices.ConsumeIntInRange(-1, 2)) for extent in values.shape])
    else:
        values = values.reshape(-1)
    file, name = data_set.file, data_set.name
    del file[name]
    file[name] = values


def _edit_attribute(item: h5py.HLObject, choices: atheris.FuzzedDataProvider) -> None:
    name = _pick(list(item.attrs), choices)
    kind = choices.ConsumeIntInRange(0, 4)
    if kind == 0:
        del item.attrs[name]
    elif kind == 1:
        item.attrs[name] = choices.ConsumeUnicodeNoSurrogates(20)
    elif kind == 2:
        item.attrs[name] = np.full(_pick(_SHAPES[:-1], choices), _number(choices)).astype(_pick(_TYPES, choices))
    elif kind == 3:
        item.attrs[name] = h5py.Empty("f4")
    else:
        item.attrs[name] = _number(choices)


def _number(choices: atheris.FuzzedDataProvider) -> float:
    return _pick(_NUMBERS, choices) if choices.ConsumeBool() else choices.ConsumeFloat()


def _pick(sequence: list | tuple, choices: atheris.FuzzedDataProvider):
    if not sequence:
        raise ValueError("there is nothing to choose from")
    return sequence[choices.ConsumeIntInRange(0, len(sequence) - 1)]
