import type { Program } from '../model/program.js';
import { moduleText } from './module-text.js';
import { provenanceOf } from './provenance.js';

/** Target `ts`: the module of target `js` with types, for `strict` compilers. */
export const typescript = (program: Program): string => moduleText(program, { typed: true, precision: 'double' }, provenanceOf(program));
