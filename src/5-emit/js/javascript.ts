import type { KnownActivation } from '../../model/known-activation.js';
import type { Program } from '../../model/program.js';
import { declarationsOf } from './declarations.js';
import { javascriptActivations } from '../framework-activations.js';
import { moduleText } from './module.js';
import { provenanceOf } from '../provenance.js';

/**
 * Target `js`: an ES module that imports nothing, with `dims`, `constrain`, `forward`, `lmi` and `lipschitz`. It knows
 * the given activations.
 */
export const javascript = (program: Program, derived: readonly KnownActivation[] = []): string =>
  moduleText(program, { typed: false, precision: 'double' }, provenanceOf(program), {
    table: javascriptActivations,
    derived,
  });

/** Its declarations, for the `.d.ts` file beside it. */
export const javascriptTypes = (program: Program): string =>
  declarationsOf(
    moduleText(program, { typed: true, precision: 'double' }, provenanceOf(program), {
      table: javascriptActivations,
      derived: [],
    }),
  );
