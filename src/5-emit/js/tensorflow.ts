import type { KnownActivation } from '../../model/known-activation.js';
import type { Program } from '../../model/program.js';
import type { Scalar } from '../../slopes/scalar/index.js';
import { declarationsOf } from './declarations.js';
import { tensorflowActivations } from '../framework-activations.js';
import { moduleText } from './module.js';
import { provenanceOf } from '../provenance.js';
import type { ModuleStyle } from './style.js';
import { TensorScalarPrinter } from './tensor-scalar.js';
import { tensorflow } from './tensor.js';

function text(program: Program, style: ModuleStyle, derived: readonly KnownActivation[]): string {
  const scalars = new TensorScalarPrinter();
  const onArrays = (name: string | null, phi: Scalar): string =>
    name?.startsWith('tf.') === true ? `(v: tf.Tensor) => ${name}(v)` : scalars.elementwise(phi);
  const knowledge = { table: tensorflowActivations, derived, onArrays };
  return moduleText(program, style, provenanceOf(program), knowledge, tensorflow);
}

/**
 * Target `tfjs`: the module of target `js`, and functions on TensorFlow.js tensors with gradients. Imports
 * `@tensorflow/tfjs`.
 */
export const tensorflowModule = (program: Program, derived: readonly KnownActivation[] = []): string =>
  text(program, { typed: false, precision: 'single' }, derived);

/** Its declarations, for the `.d.ts` file beside it. */
export const tensorflowTypes = (program: Program): string =>
  declarationsOf(text(program, { typed: true, precision: 'single' }, []));
