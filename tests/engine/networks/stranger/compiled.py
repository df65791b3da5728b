"""Networks that are to be compiled."""

import torch
from torch import nn


class Base(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(784, 10)

    def forward(self, x):
        return self.fc(x.flatten(1))


def method():
    made = Base()
    made.forward = torch.compile(made.forward)
    return made


wrapped = torch.compile(Base())
