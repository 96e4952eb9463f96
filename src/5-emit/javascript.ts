import type { Program } from '../model/program.js';
import { declarationsOf } from './declarations.js';
import { moduleText } from './module-text.js';
import { provenanceOf } from './provenance.js';

/** Target `js`: an ES module that imports nothing, with `dims`, `constrain`, `forward`, `lmi` and `lipschitz`. */
export const javascript = (program: Program): string => moduleText(program, { typed: false, precision: 'double' }, provenanceOf(program));

/** Its declarations, for the `.d.ts` file beside it. */
export const javascriptTypes = (program: Program): string => declarationsOf(moduleText(program, { typed: true, precision: 'double' }, provenanceOf(program)));
