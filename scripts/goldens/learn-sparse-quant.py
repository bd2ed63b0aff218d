"""Makes packages/learn/test/golden/sparse-quant-torch.{safetensors,json}: a module of Concrete ML's shape and names in PyTorch.

    node benchmarks/peers/install.mjs --torch && .tacit/peers/bin/pip install safetensors==0.8.0
    .tacit/peers/bin/python scripts/goldens/learn-sparse-quant.py packages/learn/test/golden

The weights are PyTorch's own initial ones; the JSON holds eight rows and the float outputs of the module for them.
"""

import json
import sys
from collections import OrderedDict
from pathlib import Path

import torch
from safetensors.torch import save_file
from torch import nn

target = Path(sys.argv[1])
torch.manual_seed(3)


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        layers = [("fc0", nn.Linear(5, 7)), ("act0", nn.ReLU()), ("fc1", nn.Linear(7, 6)), ("act1", nn.ReLU()), ("fc2", nn.Linear(6, 3))]
        self.features = nn.Sequential(OrderedDict(layers))

    def forward(self, x):
        return self.features(x)


net = Net()
inputs = torch.rand(8, 5) * 2 - 1
with torch.no_grad():
    outputs = net(inputs)
save_file(net.state_dict(), target / "sparse-quant-torch.safetensors", metadata={"format": "pt"})
document = {
    "source": f"PyTorch {torch.__version__}, seed 3, scripts/goldens/learn-sparse-quant.py",
    "inputs": inputs.tolist(),
    "outputs": outputs.tolist(),
}
(target / "sparse-quant-torch.json").write_text(json.dumps(document) + "\n")
