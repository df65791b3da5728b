"""Datasets: bundled handwriting, the classic ones from disk or by download, and folders of one's own pictures.

`catalogue()` lists them, `load(name)` gives a `Dataset` of read-only NumPy arrays, `load_picture` fits one picture of
the user's own to a network's input. Everything that can go wrong raises `DatasetError` with a message for the user;
`Cancelled`, a kind of it, when the user stopped the work. Needs no torch; Pillow and pooch load when they are used.

| file | what it does |
| --- | --- |
| `catalogue` | names, one-line summaries, `load` |
| `dataset` | `Dataset`, `DatasetError`, mean and std |
| `digits`, `handwriting/` | our own procedural handwriting, and its cache |
| `mnist`, `idx` | MNIST and Fashion-MNIST; the IDX format |
| `cifar` | CIFAR-10's binary batches |
| `folder`, `pictures`, `found_ink` | a folder of pictures; one picture; a digit found on a sheet |
| `downloads`, `places`, `reporting` | fetching, where files lie, progress and cancelling |
"""

from __future__ import annotations

from engine.datasets.catalogue import catalogue, load
from engine.datasets.dataset import Cancelled, Dataset, DatasetError
from engine.datasets.pictures import load_picture
from engine.datasets.places import data_root

__all__ = ["Cancelled", "Dataset", "DatasetError", "catalogue", "data_root", "load", "load_picture"]
