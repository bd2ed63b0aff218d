// Compiles assembly/ into src/kernels/simd-binary.ts. Run it after a change of the former, and commit both.

import { writeFileSync } from 'node:fs';
import { kernelModule, modulePath } from './compile-kernels.mjs';

writeFileSync(modulePath, await kernelModule());
