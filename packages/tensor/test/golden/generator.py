"""First numbers of Generator, by an independent implementation of the published algorithms.

xoshiro128** 1.1 and splitmix64 (Blackman & Vigna, https://prng.di.unimi.it), in Python's big integers.
Run: python3 packages/tensor/test/golden/generator.py > packages/tensor/test/golden/generator.json
"""
import json

M64 = (1 << 64) - 1
M32 = (1 << 32) - 1


def splitmix64(state):
    while True:
        state = (state + 0x9E3779B97F4A7C15) & M64
        z = state
        z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & M64
        z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & M64
        yield z ^ (z >> 31)


def rotl(x, k):
    return ((x << k) | (x >> (32 - k))) & M32


def xoshiro128starstar(s):
    while True:
        yield (rotl((s[1] * 5) & M32, 7) * 9) & M32
        t = (s[1] << 9) & M32
        s[2] ^= s[0]
        s[3] ^= s[1]
        s[1] ^= s[2]
        s[0] ^= s[3]
        s[2] ^= t
        s[3] = rotl(s[3], 11)


def stream(seed):
    mixed = splitmix64(seed)
    first, second = next(mixed), next(mixed)
    return xoshiro128starstar([first & M32, first >> 32, second & M32, second >> 32])


def take(generator, count):
    return [next(generator) for _ in range(count)]


seeds = [0, 1, 42, 2**32 - 1, 2**32, 2**53 - 1]
streams = [{"seed": seed, "uint32": take(stream(seed), 8)} for seed in seeds]
uniforms = []
bits = stream(42)
for _ in range(4):
    high, low = next(bits) >> 5, next(bits) >> 6
    uniforms.append((high * 2**26 + low) / 2**53)
print(json.dumps({
    "source": "python3 packages/tensor/test/golden/generator.py (CPython 3, no packages)",
    "streams": streams,
    "uniform": {"seed": 42, "values": uniforms},
}, indent=2))
