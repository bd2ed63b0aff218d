// Builds the native addon and puts it where the loader looks: packages/tensor/native/tacit-tensor.node.

import { fileURLToPath } from 'node:url';
import { buildAddon } from '../../../scripts/build-addon.mjs';

buildAddon({
  crate: 'tacit-tensor-native',
  addon: fileURLToPath(new URL('../native/tacit-tensor.node', import.meta.url)),
});
