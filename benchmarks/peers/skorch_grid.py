"""Seconds of a grid search with skorch in scikit-learn's GridSearchCV: digits, 2 learning rates, 3 widths, 3 folds, 20 epochs, refit.

Arguments: jobs, a JSON file of {"X": rows, "y": labels}. Prints {"version": ..., "seconds": ..., "score": ...}.
"""

import json
import sys
import time

import numpy
import skorch
import torch
from sklearn.model_selection import GridSearchCV

jobs = int(sys.argv[1])
torch.set_num_threads(1)
torch.manual_seed(0)
with open(sys.argv[2]) as file:
    data = json.load(file)
x = numpy.array(data["X"], dtype=numpy.float32)
y = numpy.array(data["y"], dtype=numpy.int64)


class Mlp(torch.nn.Module):
    def __init__(self, width=32):
        super().__init__()
        self.layers = torch.nn.Sequential(
            torch.nn.Linear(x.shape[1], width), torch.nn.ReLU(), torch.nn.Linear(width, 10)
        )

    def forward(self, batch):
        return self.layers(batch)


net = skorch.NeuralNetClassifier(
    Mlp,
    criterion=torch.nn.CrossEntropyLoss,
    optimizer=torch.optim.Adam,
    max_epochs=20,
    batch_size=128,
    iterator_train__shuffle=True,
    train_split=None,
    verbose=0,
)
search = GridSearchCV(net, {"lr": [0.01, 0.001], "module__width": [32, 64, 128]}, cv=3, n_jobs=jobs, refit=True)
start = time.perf_counter()
search.fit(x, y)
seconds = time.perf_counter() - start
print(json.dumps({"version": skorch.__version__, "seconds": seconds, "score": search.best_score_}))
