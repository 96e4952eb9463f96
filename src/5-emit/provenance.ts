import { Sha256 } from '../base/sha256.js';
import type { Program } from '../model/program.js';
import type { Provenance } from './js/module.js';

/** Kept equal to package.json by a test. */
export const VERSION = '0.1.0';

export function provenanceOf(program: Program): Provenance {
  return { version: VERSION, digest: new Sha256().update(program.definition).hex() };
}
