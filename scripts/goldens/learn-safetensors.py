"""Makes packages/learn/test/golden/*.safetensors with the reference implementation of the format.

    python3 -m venv venv && venv/bin/pip install safetensors==0.8.0 numpy==2.4.6
    venv/bin/python scripts/goldens/learn-safetensors.py packages/learn/test/golden

`torch-mlp.safetensors` has the names and shapes that PyTorch's state dict gives for
`nn.Sequential(nn.Linear(3, 2), nn.ReLU(), nn.Linear(2, 1))`, and the metadata of `safetensors.torch.save_file`.
`types.safetensors` has a tensor of every type that NumPy can write.
"""

import sys
from pathlib import Path

import numpy as np
from safetensors.numpy import save_file

target = Path(sys.argv[1])

save_file(
    {
        "0.weight": np.array([[0.5, -1.25, 2.0], [3.5, 0.0, -0.125]], dtype=np.float32),
        "0.bias": np.array([0.1, -0.2], dtype=np.float32),
        "2.weight": np.array([[1.5, -2.5]], dtype=np.float32),
        "2.bias": np.array([0.25], dtype=np.float32),
    },
    target / "torch-mlp.safetensors",
    metadata={"format": "pt"},
)

values = [0, 1, 2, 100]
types = ["float64", "float32", "float16", "int64", "uint64", "int32", "uint32", "int16", "uint16", "int8", "uint8"]
tensors = {name: np.array(values, dtype=name).reshape(2, 2) for name in types}
tensors["bool"] = np.array([True, False])
tensors["half"] = np.array([0.1, -65504, 6e-8, np.inf, -np.inf, np.nan], dtype=np.float16)
tensors["scalar"] = np.array(7.0, dtype=np.float32)
tensors["none"] = np.zeros((0, 3), dtype=np.float32)
save_file(tensors, target / "types.safetensors")
