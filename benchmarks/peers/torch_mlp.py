"""Processor seconds an epoch of a plain PyTorch loop on one thread. Arguments: rows, features, classes, epochs, hidden sizes.

Prints {"version": ..., "seconds": [...]}, one number an epoch.
"""

import json
import sys
import time

import torch

torch.set_num_threads(1)
torch.manual_seed(0)
rows, features, classes, epochs = map(int, sys.argv[1:5])
sizes = [features, *map(int, sys.argv[5].split(",")), classes]
x = torch.randn(rows, features)
y = torch.randint(classes, (rows,))
layers = []
for inputs, outputs in zip(sizes, sizes[1:]):
    layers += [torch.nn.Linear(inputs, outputs), torch.nn.ReLU()]
net = torch.nn.Sequential(*layers[:-1])
optimizer = torch.optim.Adam(net.parameters(), lr=1e-3)
criterion = torch.nn.CrossEntropyLoss()
seconds = []
for _ in range(epochs + 1):
    start = time.process_time()
    order = torch.randperm(rows)
    for first in range(0, rows, 128):
        batch = order[first : first + 128]
        optimizer.zero_grad()
        criterion(net(x[batch]), y[batch]).backward()
        optimizer.step()
    seconds.append(time.process_time() - start)
print(json.dumps({"version": torch.__version__, "seconds": seconds[1:]}))
