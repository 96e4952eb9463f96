import type { KnownActivation } from '../../model/known-activation.js';
import type { Program } from '../../model/program.js';
import { javascriptActivations } from '../framework-activations.js';
import { moduleText } from './module.js';
import { provenanceOf } from '../provenance.js';

/** Target `ts`: the module of target `js` with types, for `strict` compilers. */
export const typescript = (program: Program, derived: readonly KnownActivation[] = []): string =>
  moduleText(program, { typed: true, precision: 'double' }, provenanceOf(program), {
    table: javascriptActivations,
    derived,
  });
