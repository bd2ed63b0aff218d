// The envelope around every binary that crosses a boundary: magic, version, kind, circuit hash, length, checksum.
// docs/wire-format.md is its definition; the engine has the same in Rust.

import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex, hexToBytes } from '@noble/hashes/utils.js';
import { CircuitError } from '../errors.js';

const magic = 0x54434154; // 'TACT' read as a little-endian u32
const version = 1;
const headerBytes = 80;
const checkedHeaderBytes = 48;

const kindNumbers = { serverCircuit: 1, evaluationKey: 2, request: 3, response: 4, clientKey: 5 } as const;

/** What an envelope holds. */
export type EnvelopeKind = keyof typeof kindNumbers;

/** SHA-256 of a server circuit's payload, in lower-case hex: the name under which keys and messages know it. */
export function hashPayload(payload: Uint8Array): string {
  return bytesToHex(sha256(payload));
}

/**
 * Puts a payload into an envelope.
 *
 * @param circuitHash - hash of the circuit it belongs to, 64 hex digits.
 * @returns 80 bytes of header followed by a copy of the payload.
 */
export function sealEnvelope(kind: EnvelopeKind, circuitHash: string, payload: Uint8Array): Uint8Array {
  const bytes = new Uint8Array(headerBytes + payload.length);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, magic, true);
  view.setUint16(4, version, true);
  view.setUint16(6, kindNumbers[kind], true);
  bytes.set(hexToBytes(circuitHash), 8);
  view.setBigUint64(40, BigInt(payload.length), true);
  bytes.set(checksum(bytes.subarray(0, checkedHeaderBytes), payload), checkedHeaderBytes);
  bytes.set(payload, headerBytes);
  return bytes;
}

/** What {@link openEnvelope} demands of the bytes. */
export interface EnvelopeExpectation {
  readonly kind: EnvelopeKind;
  /** Hash of the circuit that the reader works with; left out, any circuit is accepted. */
  readonly circuitHash?: string;
}

/**
 * Takes the payload out of an envelope after checking all of its header.
 *
 * @returns a view of the payload (not a copy) and the hash of the circuit it belongs to.
 * @throws CircuitError `ENVELOPE_INVALID`, `ENVELOPE_VERSION`, `ENVELOPE_KIND`, `ENVELOPE_CHECKSUM` or
 *   `CIRCUIT_MISMATCH`; each names what was got and what was expected.
 */
export function openEnvelope(
  bytes: Uint8Array,
  expectation: EnvelopeExpectation,
): { readonly payload: Uint8Array; readonly circuitHash: string } {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  checkShape(view, expectation.kind);
  const payload = bytes.subarray(headerBytes);
  const claimed = bytes.subarray(checkedHeaderBytes, headerBytes);
  const actual = checksum(bytes.subarray(0, checkedHeaderBytes), payload);
  if (!actual.every((byte, i) => byte === claimed[i])) {
    throw new CircuitError(
      'ENVELOPE_CHECKSUM',
      `The ${expectation.kind} was damaged: its checksum is wrong.`,
      {
        got: bytesToHex(actual),
        expected: bytesToHex(claimed),
        hint: 'Transfer or save it again.',
      },
    );
  }
  const circuitHash = bytesToHex(bytes.subarray(8, 40));
  const ownHash = expectation.kind === 'serverCircuit' ? hashPayload(payload) : expectation.circuitHash;
  if (ownHash !== undefined && ownHash !== circuitHash)
    throw mismatch(expectation.kind, circuitHash, ownHash);
  return { payload, circuitHash };
}

function checkShape(view: DataView, kind: EnvelopeKind): void {
  if (view.byteLength < headerBytes || view.getUint32(0, true) !== magic) {
    throw new CircuitError('ENVELOPE_INVALID', `These ${view.byteLength} bytes are no ${kind} of Tacit.`, {
      got: view.byteLength,
      expected: `at least ${headerBytes} bytes that begin with TACT`,
    });
  }
  const gotVersion = view.getUint16(4, true);
  if (gotVersion !== version) {
    throw new CircuitError(
      'ENVELOPE_VERSION',
      `The ${kind} has format version ${gotVersion}, not ${version}.`,
      {
        got: gotVersion,
        expected: version,
        hint: 'Make it again with this release, or read it with the release that made it.',
      },
    );
  }
  const gotKind = view.getUint16(6, true);
  if (gotKind !== kindNumbers[kind]) {
    const name =
      Object.entries(kindNumbers).find(([, number]) => number === gotKind)?.[0] ?? `kind ${gotKind}`;
    throw new CircuitError('ENVELOPE_KIND', `Got a ${name} where a ${kind} was expected.`, {
      got: name,
      expected: kind,
    });
  }
  const length = view.getBigUint64(40, true);
  if (length !== BigInt(view.byteLength - headerBytes)) {
    throw new CircuitError(
      'ENVELOPE_INVALID',
      `The ${kind} is truncated or has bytes to spare: its header promises ${length} bytes, ${view.byteLength - headerBytes} follow.`,
      { got: view.byteLength - headerBytes, expected: length, hint: 'Transfer or save it again.' },
    );
  }
}

function mismatch(kind: EnvelopeKind, got: string, expected: string): CircuitError {
  return new CircuitError(
    'CIRCUIT_MISMATCH',
    `This ${kind} was made for circuit ${got.slice(0, 8)}…, here runs circuit ${expected.slice(0, 8)}….`,
    { got, expected, hint: 'Use the client spec, keys and server circuit of one and the same compile.' },
  );
}

function checksum(header: Uint8Array, payload: Uint8Array): Uint8Array {
  return sha256.create().update(header).update(payload).digest();
}
