export { exportOnnx, type OnnxExportable } from './export-onnx.js';
