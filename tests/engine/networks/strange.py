"""Networks as people write them, to be opened as a file of somebody's own: whatever may come."""

import torch
import torch.nn.functional as F
from torch import nn


class Plain(nn.Sequential):
    def __init__(self, width: int = 4):
        super().__init__(nn.Conv2d(1, width, 3), nn.ReLU(), nn.Flatten(), nn.Linear(width * 26 * 26, 10))


class Raises(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 2, 3)
        self.fc = nn.Linear(7, 10)

    def forward(self, x):
        return self.fc(F.relu(self.conv(x)).flatten(1)[:, :6])


class Unfinished(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 2, 3)

    def forward(self, x):
        self.conv(x)
        raise NotImplementedError("the head is still to be written")


class GivesTuple(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(784, 10)

    def forward(self, x):
        x = x.flatten(1)
        return self.fc(x), x


class GivesDict(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 2, 5)

    def forward(self, x):
        return {"maps": self.conv(x), "mean": x.mean()}


class Branches(nn.Module):
    def __init__(self):
        super().__init__()
        self.bright, self.dark = nn.Linear(784, 10), nn.Linear(784, 10)

    def forward(self, x):
        x = x.flatten(1)
        if x.mean() > 0.2:
            return self.bright(x)
        return self.dark(x)


class Shares(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(4, 4, 3, padding=1)
        self.first = nn.Conv2d(1, 4, 3)
        self.output = nn.Linear(4, 10)

    def forward(self, x):
        x = self.first(x)
        for _ in range(3):
            x = torch.relu(self.conv(x))
        return self.output(x.mean((2, 3)))


class NoParameters(nn.Module):
    def forward(self, x):
        return F.max_pool2d(x, 7).flatten(1)


class TwoInputs(nn.Module):
    def __init__(self):
        super().__init__()
        self.left, self.right = nn.Linear(16, 8), nn.Linear(4, 8)

    def forward(self, left, right):
        return self.left(left) + self.right(right)


class InPlace(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv = nn.Conv2d(1, 4, 3)
        self.act = nn.ReLU(inplace=True)
        self.output = nn.Linear(4 * 26 * 26, 10)

    def forward(self, x):
        x = self.conv(x).mul_(0.5)
        x += 1
        return self.output(self.act(x).flatten(1))


class Loop(nn.Module):
    def __init__(self, sizes=(32, 16)):
        super().__init__()
        self.layers = nn.ModuleList(nn.Linear(a, b) for a, b in zip((784, *sizes), (*sizes, 10), strict=True))

    def forward(self, x):
        x = x.flatten(1)
        for index, layer in enumerate(self.layers):
            x = layer(x)
            if index < len(self.layers) - 1:
                x = x.relu()
        return x


class Stars(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(784, 10)

    def forward(self, *args, **kwargs):
        return self.fc(args[0].view(args[0].size(0), -1))


class Normed(nn.Module):
    def __init__(self):
        super().__init__()
        self.conv, self.norm = nn.Conv2d(1, 4, 3), nn.BatchNorm2d(4)
        self.drop, self.output = nn.Dropout(0.5), nn.Linear(4, 10)

    def forward(self, x):
        return self.output(self.drop(torch.relu(self.norm(self.conv(x))).mean((2, 3))))


class Residual(nn.Module):
    def __init__(self):
        super().__init__()
        self.first, self.second = nn.Conv2d(1, 4, 3, padding=1), nn.Conv2d(4, 4, 3, padding=1)
        self.output = nn.Linear(8, 10)

    def forward(self, x):
        x = self.first(x)
        y = x + self.second(x)
        return self.output(torch.cat([x, y], 1).amax((2, 3)))


class Reads(nn.Module):
    def __init__(self):
        super().__init__()
        self.embed, self.lstm, self.output = nn.Embedding(50, 8), nn.LSTM(8, 12, batch_first=True), nn.Linear(12, 2)

    def forward(self, tokens):
        states, _ = self.lstm(self.embed(tokens))
        return self.output(states[:, -1])


class LstmAlone(nn.Module):
    def __init__(self):
        super().__init__()
        self.lstm = nn.LSTM(6, 5, batch_first=True)

    def forward(self, x):
        return self.lstm(x)


class Half(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(784, 10).to(torch.bfloat16)

    def forward(self, x):
        return self.fc(x.flatten(1))


class Vectors(nn.Module):
    def __init__(self):
        super().__init__()
        self.fc = nn.Linear(784, 10)

    def forward(self, x):
        batch, _ = x.shape
        return self.fc(x.reshape(batch, -1))


class Photographs(nn.Module):
    def __init__(self, classes: int):
        super().__init__()
        self.features = nn.Sequential(nn.Conv2d(3, 8, 7, stride=4), nn.ReLU(), nn.AdaptiveAvgPool2d(2))
        self.output = nn.Linear(32, classes)

    def forward(self, x):
        return self.output(self.features(x).flatten(1))


class Counts(nn.Module):
    """Keeps a state of its own, uses half of its parameters, and frozen ones."""

    def __init__(self):
        super().__init__()
        self.seen, self.never = nn.Linear(784, 10), nn.Linear(3, 3)
        self.scale = nn.Parameter(torch.ones(10), requires_grad=False)
        self.calls = 0

    def forward(self, x):
        self.calls += 1
        return self.seen(x.flatten(1)) * self.scale


def wide(width, depth: int = 2, *, bias: bool = True):
    layers = [nn.Linear(784, width, bias=bias), *[nn.Linear(width, width) for _ in range(depth)], nn.Linear(width, 10)]
    return nn.Sequential(nn.Flatten(), *layers)


made = nn.Sequential(nn.Flatten(), nn.Linear(784, 10))

if __name__ == "__main__":
    raise SystemExit("this is a script as well")
