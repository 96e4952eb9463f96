import type { KnownActivation } from '../../model/known-activation.js';
import type { Program } from '../../model/program.js';
import { provenanceOf } from '../provenance.js';
import { jax } from './dialects/jax.js';
import { numpy } from './dialects/numpy.js';
import { torch } from './dialects/torch.js';
import { ModulePrinter } from './module.js';

export { identifiers } from './identifiers.js';

/*
 * One framework, one dialect (dialects/), one file of what it computes otherwise (src/runtime/python/on_…), and one
 * function here. Activations of the framework are known as far as their slopes are given; all others need slopes at use.
 */

/** Target `numpy`: plain functions `dims`, `constrain`, `forward`, `lmi`, `check`, `init`, `export` and `metadata`. */
export const numpyModule = (program: Program, known: readonly KnownActivation[] = []): string =>
  new ModulePrinter(program, numpy, provenanceOf(program), known).print();

/** Target `jax`: the same, pure over pytrees, for jit, vmap and grad; the forward map is called `apply`. */
export const jaxModule = (program: Program, known: readonly KnownActivation[] = []): string =>
  new ModulePrinter(program, jax, provenanceOf(program), known).print();

/** Target `torch`: the same on tensors, and a class `Network`, an nn.Module over the free parameters. */
export const torchModule = (program: Program, known: readonly KnownActivation[] = []): string =>
  new ModulePrinter(program, torch, provenanceOf(program), known).print();
