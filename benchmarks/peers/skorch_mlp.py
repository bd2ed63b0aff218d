"""Processor seconds an epoch of skorch's NeuralNetClassifier on one thread, without validation, default callbacks but silent.

Arguments: rows, features, classes, epochs, hidden sizes. Prints {"version": ..., "seconds": [...]}, one number an epoch.
"""

import json
import sys
import time

import skorch
import torch
from skorch.callbacks import Callback

torch.set_num_threads(1)
torch.manual_seed(0)
rows, features, classes, epochs = map(int, sys.argv[1:5])
sizes = [features, *map(int, sys.argv[5].split(",")), classes]
x = torch.randn(rows, features).numpy()
y = torch.randint(classes, (rows,)).numpy()


class Mlp(torch.nn.Module):
    def __init__(self):
        super().__init__()
        layers = []
        for inputs, outputs in zip(sizes, sizes[1:]):
            layers += [torch.nn.Linear(inputs, outputs), torch.nn.ReLU()]
        self.layers = torch.nn.Sequential(*layers[:-1])

    def forward(self, batch):
        return self.layers(batch)


class Clock(Callback):
    def __init__(self):
        self.seconds = []

    def on_epoch_begin(self, net, **kwargs):
        self.start = time.process_time()

    def on_epoch_end(self, net, **kwargs):
        self.seconds.append(time.process_time() - self.start)


clock = Clock()
net = skorch.NeuralNetClassifier(
    Mlp,
    criterion=torch.nn.CrossEntropyLoss,
    optimizer=torch.optim.Adam,
    lr=1e-3,
    max_epochs=epochs + 1,
    batch_size=128,
    iterator_train__shuffle=True,
    train_split=None,
    callbacks=[("clock", clock)],
    verbose=0,
)
net.fit(x, y)
print(json.dumps({"version": skorch.__version__, "seconds": clock.seconds[1:]}))
