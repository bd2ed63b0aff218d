export type { PlainRecord, PlainValue } from './json.js';
export type { PartSources } from './part-file.js';
export { decodeSafetensors, encodeSafetensors, type SafetensorsFile } from './safetensors.js';
export { type FileStore, MemoryStore } from './store.js';
