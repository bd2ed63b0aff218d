// Prints the hash of the training. Arguments: the address of the package's index.js; `native` to run with the addon, `simd`
// without it, `scalar` without WebAssembly too.

import { trainedHash } from './train.mjs';

const [index, mode] = process.argv.slice(2);
if (mode !== 'native') process.getBuiltinModule = undefined;
if (mode === 'scalar') delete globalThis.WebAssembly;
console.log(trainedHash(await import(index)));
