// What a circuit needs beyond arithmetic in the clear: ciphertexts and files, on this machine.

import { join } from 'node:path';
import type { Circuit, CircuitRuntime, Prediction } from '@tacit/circuit';
import type { Client, KeyPair } from '@tacit/client';
import { createClient } from '@tacit/client/node';
import {
  type EvaluationKey,
  evaluate,
  loadCircuit,
  loadEvaluationKey,
  type ServerCircuit,
} from '@tacit/engine';
import { writeAtomically } from '@tacit/learn/node';

/** Both sides of one circuit. They share nothing; bytes go from one to the other. */
interface Session {
  readonly client: Client;
  readonly keys: KeyPair;
  readonly server: { readonly circuit: ServerCircuit; readonly evaluationKey: EvaluationKey };
}

/**
 * Executes circuits on real ciphertexts in this process, client and server side by side. Keys are made at the first
 * execution of a circuit, which takes seconds, and kept as long as the circuit.
 */
export function localRuntime(): CircuitRuntime {
  const sessions = new WeakMap<Circuit, Promise<Session>>();
  return {
    async execute(circuit, rows): Promise<Prediction> {
      let session = sessions.get(circuit);
      if (session === undefined) {
        session = openSession(circuit);
        sessions.set(circuit, session);
        // A failure, such as too little memory for the keys, must not stay for good.
        session.catch(() => sessions.delete(circuit));
      }
      const { client, keys, server } = await session;
      const request = client.encrypt(rows, keys.secretKey);
      const response = await evaluate(server.circuit, server.evaluationKey, request);
      return client.decrypt(response, keys.secretKey);
    },
    save: saveCircuit,
  };
}

async function openSession(circuit: Circuit): Promise<Session> {
  const client = await createClient(circuit.clientSpec);
  const keys = await client.generateKeys();
  const serverCircuit = await loadCircuit(circuit.serverCircuit);
  const evaluationKey = await loadEvaluationKey(serverCircuit, keys.evaluationKey);
  return { client, keys, server: { circuit: serverCircuit, evaluationKey } };
}

/**
 * Writes `client.json` (for clients: no weights) and `server.bin` (for the server: no labels) into a directory.
 * Each file is written beside its place and renamed, so that none is ever half there.
 */
export async function saveCircuit(circuit: Circuit, directory: string): Promise<void> {
  const clientSpec = `${JSON.stringify(circuit.clientSpec, null, 2)}\n`;
  await writeAtomically(join(directory, 'server.bin'), circuit.serverCircuit);
  await writeAtomically(join(directory, 'client.json'), new TextEncoder().encode(clientSpec));
}
