// Prints the hash of the training. Arguments: the address of the package's index.js; `scalar` to run without WebAssembly.

import { trainedHash } from './train.mjs';

const [index, mode] = process.argv.slice(2);
if (mode === 'scalar') delete globalThis.WebAssembly;
console.log(trainedHash(await import(index)));
