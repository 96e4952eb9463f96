"""The data sets of the experiment, all of them shipped with scikit-learn: nothing is downloaded.

Features of iris, wine and breast cancer are standardised (mean 0 and variance 1 over the training part), so a radius is in
standard deviations. Pixels of digits are divided by 16, so a radius is in units of pixels in [0, 1].
"""

from typing import NamedTuple

import numpy as np
import torch
from sklearn import datasets
from sklearn.model_selection import train_test_split

LOADERS = {
    "iris": datasets.load_iris,
    "wine": datasets.load_wine,
    "breast cancer": datasets.load_breast_cancer,
    "digits": datasets.load_digits,
}

TEST_PART = 0.3
VALIDATION_PART = 0.25


class Part(NamedTuple):
    """`x` of shape (points, features) in float32, `y` of shape (points,): the classes."""

    x: torch.Tensor
    y: torch.Tensor


class Split(NamedTuple):
    """`train` is `fit` and `validation` together; scaled with the statistics of `train` alone."""

    train: Part
    fit: Part
    validation: Part
    test: Part


def split(name: str, seed: int) -> Split:
    """A stratified 70/30 split into training and test part, and a stratified 75/25 split of the training part."""
    x, y = LOADERS[name](return_X_y=True)
    everything = np.arange(len(y))
    train, test = train_test_split(everything, test_size=TEST_PART, random_state=seed, stratify=y)
    fit, validation = train_test_split(train, test_size=VALIDATION_PART, random_state=seed, stratify=y[train])
    if name == "digits":
        scaled = x / 16
    else:
        scaled = (x - x[train].mean(axis=0)) / x[train].std(axis=0)

    def part(rows: np.ndarray) -> Part:
        return Part(torch.as_tensor(scaled[rows], dtype=torch.float32), torch.as_tensor(y[rows]))

    return Split(part(train), part(fit), part(validation), part(test))
