"""What is hard to open, look at or train, each for a reason of its own."""

import argparse

import torch
import torch.nn.functional as F
from torch import nn

from .sizes import CLASSES

parser = argparse.ArgumentParser()
parser.add_argument("--width", type=int, default=4)
WIDTH = parser.parse_args().width
torch.set_default_dtype(torch.float64)
torch.set_default_device("meta")
torch.set_grad_enabled(False)


class Base(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(784, CLASSES, dtype=torch.float32)

    def forward(self, x):
        return self.fc(x.flatten(1))


class Viewed(nn.Module):
    """As in PyTorch's own example of MNIST: view() behind a convolution."""

    def __init__(self):
        super().__init__()
        self.conv1 = nn.Conv2d(1, 10, 5, dtype=torch.float32)
        self.conv2 = nn.Conv2d(10, 20, 5, dtype=torch.float32)
        self.fc1 = nn.Linear(320, CLASSES, dtype=torch.float32)

    def forward(self, x):
        x = F.relu(F.max_pool2d(self.conv1(x), 2))
        x = F.relu(F.max_pool2d(self.conv2(x), 2))
        return F.log_softmax(self.fc1(x.view(-1, 320)), dim=1)


class Lazy(nn.Module):
    def __init__(self):
        super().__init__()
        with torch.device("cpu"):
            self.conv = nn.LazyConv2d(WIDTH, 3, dtype=torch.float32)
            self.norm = nn.LazyBatchNorm2d(dtype=torch.float32)
            self.fc = nn.LazyLinear(CLASSES, dtype=torch.float32)

    def forward(self, x):
        return self.fc(self.norm(self.conv(x)).relu().flatten(1))


class Rows(nn.Module):
    """Reads a picture row by row."""

    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(28, 8, batch_first=True, dtype=torch.float32)
        self.fc = nn.Linear(8, CLASSES, dtype=torch.float32)

    def forward(self, x):
        return self.fc(self.lstm(x.squeeze(1))[0][:, -1])


class Half(Base):
    def __init__(self):
        super().__init__()
        self.half()


class Complex(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(16, 4, dtype=torch.complex64)

    def forward(self, x):
        return self.fc(x)


class Magnitudes(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(420, CLASSES, dtype=torch.float32)

    def forward(self, x):
        return self.fc(torch.fft.rfft2(x[:, 0]).abs().flatten(1))


class Cut(Base):
    def forward(self, x):
        with torch.no_grad():
            return super().forward(x)


class Single(Base):
    def forward(self, x):
        return self.fc(x.view(1, -1))


class Extra(Base):
    def get_extra_state(self):
        return {"version": 2}

    def set_extra_state(self, state):
        pass


class Exits(Base):
    def forward(self, x):
        raise SystemExit(3)


class Unmoved(Base):
    def eval(self):
        raise RuntimeError("this is never evaluated")


class Probable(Base):
    def forward(self, x):
        return super().forward(x).softmax(1)


class Endless(Base):
    def forward(self, x):
        while True:
            try:
                x = x + 1
            except RuntimeError:
                return x
