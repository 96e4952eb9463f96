import type { Position } from '../base/diagnostic.js';
import { fail, located } from '../base/diagnostic.js';
import { readBoundedBytes } from '../base/read-bounded.js';
import { jsonText, maximumSampleBytes, parseJson } from '../verify/json.js';
import { kindOf } from './file-kind.js';
import type { ImportSource } from './source.js';
import { sourceOfJson, sourceOfSafetensors } from './source.js';
import { maximumFileBytes, safetensorsContents } from './safetensors.js';

const start = (file: string): Position => ({ file, line: 1, column: 1 });

/** Weights in JSON. @throws LW102 too large, LW104 not JSON, and as `sourceOfJson` */
export function sourceOfText(text: string, file: string): ImportSource {
  const value = parseJson(text, file);
  // What is wrong with the values has no line of its own; the file at least is known.
  return located(start(file), () => sourceOfJson(value));
}

/**
 * Weights of a file, safetensors or JSON as its bytes tell. `onKind` hears which, before anything can be wrong with it.
 * @throws LW101 cannot be read, LW102 too large, LW104 LW105 LW109 what is wrong with it, LW111 another kind of file
 */
export function sourceOfFile(path: string, onKind: (binary: boolean) => void = () => undefined): ImportSource {
  const bytes = readBoundedBytes(path, maximumFileBytes);
  // Also of files that are not read.
  onKind(bytes[0] !== 0x7b);
  const kind = kindOf(bytes, path);
  onKind(kind === 'safetensors');
  if (kind === 'safetensors') return located(start(path), () => sourceOfSafetensors(safetensorsContents(bytes, path)));
  if (bytes.length > maximumSampleBytes)
    fail('LW102', `${bytes.length} bytes`, `at most ${maximumSampleBytes} of JSON`, start(path));
  return sourceOfText(jsonText(bytes, path), path);
}
