"""Processor seconds an epoch of MLPClassifier. Arguments: rows, features, classes, epochs, hidden sizes with commas, dtype of X.

Prints {"version": ..., "seconds": [...]}, one number an epoch.
"""

import json
import sys
import time
import warnings

import numpy
import sklearn
from sklearn.neural_network import MLPClassifier

rows, features, classes, epochs = map(int, sys.argv[1:5])
hidden = tuple(map(int, sys.argv[5].split(",")))
random = numpy.random.default_rng(0)
x = random.standard_normal((rows, features)).astype(sys.argv[6])
y = random.integers(classes, size=rows)
warnings.simplefilter("ignore")

net = MLPClassifier(hidden, batch_size=128, max_iter=1, warm_start=True, random_state=0)
net.fit(x, y)
seconds = []
for _ in range(epochs):
    start = time.process_time()
    net.fit(x, y)
    seconds.append(time.process_time() - start)
print(json.dumps({"version": sklearn.__version__, "seconds": seconds}))
