// What the client uses of Zama's WASM packages, `node-tfhe` in Node and `tfhe` in browsers. Both fit this type; whoever
// creates a client hands one in, so that this package loads neither.

import { ClientError } from './errors.js';

/** An object that lives in WASM memory until it is freed. */
export interface TfheObject {
  free(): void;
}

/** The part of the module `node-tfhe` or, after its `init`, `tfhe` that the client calls. */
export interface TfheModule {
  readonly Shortint: {
    new_gaussian_from_std_dev(standardDeviation: number): TfheObject;
    new_parameters(
      lweDimension: number,
      glweDimension: number,
      polynomialSize: number,
      lweNoise: TfheObject,
      glweNoise: TfheObject,
      pbsBaseLog: number,
      pbsLevel: number,
      ksBaseLog: number,
      ksLevel: number,
      messageModulus: bigint,
      carryModulus: bigint,
      maxNoiseLevel: bigint,
      log2FailureProbability: number,
      ciphertextModulusLog2: number,
      encryptionKeyChoice: number,
    ): TfheObject;
    new_client_key(parameters: TfheObject): TfheObject;
    serialize_client_key(clientKey: TfheObject): Uint8Array;
    deserialize_client_key(bytes: Uint8Array): TfheObject;
    new_compressed_server_key(clientKey: TfheObject): TfheObject;
    serialize_compressed_server_key(serverKey: TfheObject): Uint8Array;
    encrypt_compressed(clientKey: TfheObject, message: bigint): TfheObject;
    serialize_compressed_ciphertext(ciphertext: TfheObject): Uint8Array;
    deserialize_ciphertext(bytes: Uint8Array): TfheObject;
    decrypt(clientKey: TfheObject, ciphertext: TfheObject): bigint;
  };
  readonly ShortintEncryptionKeyChoice: { readonly Big: number };
}

/** Runs calls into WASM; what they throw is a string, an Error or a trap, and becomes one `TFHE_FAILED`. */
export function callTfhe<T>(what: string, call: () => T): T {
  try {
    return call();
  } catch (cause) {
    if (cause instanceof ClientError) throw cause;
    throw tfheFailure(what, cause);
  }
}

/** @param what - the operation as a noun, such as `Encryption`. */
export function tfheFailure(what: string, cause: unknown): ClientError {
  return new ClientError('TFHE_FAILED', `${what} failed inside the TFHE module.`, {
    expected: 'node-tfhe 1.7.0 or tfhe 1.6.1, initialized',
    hint: 'Its own words are in `cause`; large parameters may need more than the 4 GB that WASM can address.',
    cause,
  });
}
