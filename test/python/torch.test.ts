import { afterAll, describe, expect, it } from 'vitest';
import { torchModule } from '../../src/5-emit/python/index.js';
import { Workshop } from '../5-emit/targets.js';
import { subjects } from './cases.js';
import { crossActivations } from './activations.js';
import { sessionForTests } from './environment.js';
import { crossGradients, crossLargestSplines, crossTarget, splineRises } from './suite.js';

const session = await sessionForTests('torch');
const workshop = new Workshop();
afterAll(() => workshop.close());

describe('PyTorch modules', () => {
  it('give the weights, outputs and LMIs of the in-memory function, or its codes', async () => {
    const { complaints, compared, full, codes } = await crossTarget(session, workshop, {
      subjects: subjects(21, 1),
      print: torchModule,
      sizes: ['ordinary', 'ordinary', 'zero', 'hostile', 'hostile'],
      precision: 'float64',
      seed: 711,
    });
    expect(complaints).toEqual([]);
    expect(full / compared).toBeGreaterThan(0.85);
    expect(codes).toEqual(expect.arrayContaining(['LW305', 'LW402']));
  });

  it('do so in single precision', async () => {
    const { complaints, compared, full } = await crossTarget(session, workshop, {
      subjects: subjects(22, 1),
      print: torchModule,
      sizes: ['ordinary', 'ordinary', 'zero'],
      precision: 'float32',
      seed: 712,
    });
    expect(complaints).toEqual([]);
    expect(full / compared).toBeGreaterThan(0.3);
  });

  it('have the derivatives of the in-memory function', async () => {
    const { complaints, compared, all } = await crossGradients(session, workshop, {
      subjects: subjects(23, 1),
      print: torchModule,
      seed: 713,
    });
    expect(complaints).toEqual([]);
    expect(compared / all).toBeGreaterThan(0.9);
  });

  it('have every activation of the library, and functions of numbers alone, in both precisions, with their slopes', async () => {
    expect(await crossActivations(session, workshop, torchModule, true)).toEqual([]);
  });

  it('keep splines in their slopes in single precision, for the numbers that come out', async () => {
    const { outside, all } = await splineRises(session, workshop, torchModule);
    expect(outside).toBe(0);
    expect(all).toBeGreaterThan(200);
  });

  it('take the largest numbers that there are as values of splines', async () => {
    expect(await crossLargestSplines(session, workshop, torchModule, true)).toEqual([]);
  });
});
