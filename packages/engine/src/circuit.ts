// Server circuits: what the engine evaluates.

import type { CryptoParameters } from '@tacit/circuit/spec';
import { EngineError, fromNative } from './errors.js';
import { type NativeCircuit, nativeEngine } from './native.js';
import { upload } from './upload.js';

const natives = new WeakMap<ServerCircuit, NativeCircuit>();

/** A checked circuit. It holds no secret and serves any number of keys. */
export class ServerCircuit {
  /** SHA-256 of the circuit's payload, 64 hexadecimal digits: keys, requests and responses carry it. */
  readonly hash: string;
  /** Ciphertexts a sample brings. */
  readonly inputs: number;
  /** Ciphertexts a sample's response holds. */
  readonly outputs: number;
  /** Programmable bootstraps a sample takes; nearly all of the time goes into them. */
  readonly bootstraps: number;
  readonly parameters: CryptoParameters;

  /** @internal Circuits come from {@link loadCircuit}. */
  constructor(native: NativeCircuit) {
    this.hash = native.hash;
    this.inputs = native.inputs;
    this.outputs = native.outputs;
    this.bootstraps = native.bootstraps;
    this.parameters = Object.freeze(native.parameters);
    natives.set(this, native);
  }
}

/**
 * Reads and checks a server circuit (`server.bin`).
 *
 * @throws EngineError an `ENVELOPE_` code, `CIRCUIT_INVALID` with the field that is wrong, `CIRCUIT_MISMATCH` for a hash
 * that is not the payload's, `PARAMETERS_UNSUPPORTED` or `PARAMETERS_INSECURE`.
 */
export async function loadCircuit(serverBin: Uint8Array): Promise<ServerCircuit> {
  const bytes = await upload('server circuit', serverBin);
  try {
    return new ServerCircuit(await nativeEngine().loadCircuit(bytes));
  } catch (error) {
    throw fromNative(error);
  }
}

/** The addon's object behind a circuit. */
export function nativeCircuit(circuit: ServerCircuit): NativeCircuit {
  const native = natives.get(circuit);
  if (native) return native;
  throw new EngineError('ARGUMENT_INVALID', 'The circuit does not come from loadCircuit.', {
    expected: 'a ServerCircuit of this package',
    hint: 'Load the circuit with loadCircuit and pass what it resolves to.',
  });
}
