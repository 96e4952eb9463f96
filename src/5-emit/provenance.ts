import { createHash } from 'node:crypto';
import type { Program } from '../model/program.js';
import type { Provenance } from './module-text.js';

/** Kept equal to package.json by a test. */
export const VERSION = '0.1.0';

export function provenanceOf(program: Program): Provenance {
  return { version: VERSION, digest: createHash('sha256').update(program.definition).digest('hex') };
}
