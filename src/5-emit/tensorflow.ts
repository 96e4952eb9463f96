import type { Program } from '../model/program.js';
import { declarationsOf } from './declarations.js';
import { moduleText } from './module-text.js';
import { provenanceOf } from './provenance.js';
import type { ModuleStyle } from './style.js';
import { TensorPrinter } from './tensor-text.js';

function text(program: Program, style: ModuleStyle): string {
  const importLine = `import ${style.typed ? 'type ' : ''}* as tf from '@tensorflow/tfjs';`;
  return moduleText(program, style, provenanceOf(program), { importLine, print: (code) => new TensorPrinter(program, code, style).print() });
}

/** Target `tfjs`: the module of target `js`, and functions on TensorFlow.js tensors with gradients. Imports `@tensorflow/tfjs`. */
export const tensorflowModule = (program: Program): string => text(program, { typed: false, precision: 'single' });

/** Its declarations, for the `.d.ts` file beside it. */
export const tensorflowTypes = (program: Program): string => declarationsOf(text(program, { typed: true, precision: 'single' }));
