import { afterAll, describe, expect, it } from 'vitest';
import { jaxModule } from '../../src/5-emit/python/index.js';
import { Workshop } from '../5-emit/targets.js';
import { fewWidths, subjects } from './cases.js';
import { crossActivations } from './activations.js';
import { sessionForTests } from './environment.js';
import { crossGradients, crossLargestSplines, crossTarget } from './suite.js';

const session = await sessionForTests('jax');
const workshop = new Workshop();
afterAll(() => workshop.close());

// JAX compiles every operation for every shape that it meets: few shapes, and one process for all tests.
const all = subjects(31, 1);
const some = (step: number, from = 0): typeof all => all.filter((_subject, at) => at % step === from);

describe('JAX modules', () => {
  it('give the weights, outputs and LMIs of the in-memory function, or its codes', async () => {
    const { complaints, compared, full } = await crossTarget(session, workshop, {
      subjects: some(3),
      print: jaxModule,
      sizes: ['ordinary', 'zero', 'hostile'],
      precision: 'float64',
      seed: 721,
      width: fewWidths,
    });
    expect(complaints).toEqual([]);
    expect(full / compared).toBeGreaterThan(0.8);
  });

  it('do so in single precision', async () => {
    const { complaints, compared, full } = await crossTarget(session, workshop, {
      subjects: some(8),
      print: jaxModule,
      sizes: ['ordinary', 'ordinary', 'zero'],
      precision: 'float32',
      seed: 722,
      width: fewWidths,
    });
    expect(complaints).toEqual([]);
    expect(full / compared).toBeGreaterThan(0.3);
  });

  it('have the derivatives of the in-memory function', async () => {
    const {
      complaints,
      compared,
      all: entries,
    } = await crossGradients(session, workshop, {
      subjects: some(6, 2),
      print: jaxModule,
      seed: 723,
      width: fewWidths,
    });
    expect(complaints).toEqual([]);
    expect(compared / entries).toBeGreaterThan(0.9);
  });

  it('have them when compiled as a whole', async () => {
    const { complaints, all: entries } = await crossGradients(session, workshop, {
      subjects: some(17, 3),
      print: jaxModule,
      seed: 724,
      width: fewWidths,
      jit: true,
    });
    expect(complaints).toEqual([]);
    expect(entries).toBeGreaterThan(20);
  });

  it('have every activation of the library, and functions of numbers alone, in both precisions, with their slopes', async () => {
    expect(await crossActivations(session, workshop, jaxModule, true)).toEqual([]);
  });

  it('take the largest numbers that there are as values of splines', async () => {
    expect(await crossLargestSplines(session, workshop, jaxModule, true)).toEqual([]);
  });
});
