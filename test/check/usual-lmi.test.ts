import { describe, expect, it } from 'vitest';
import { lmiRules } from '../../rules/form.js';
import { concreteNetwork } from '../../src/2-lmi/concrete.js';
import { lmiOf } from '../../src/2-lmi/lmi-of.js';
import { provableByNorms } from '../../src/check/layer-norms.js';
import { isUsualLmi } from '../../src/check/usual-lmi.js';
import { negate, number, scale } from '../../src/expr/build.js';
import type { Expression } from '../../src/expr/node.js';
import type { PairForm, Supply } from '../../src/model/form.js';
import type { LoweredNetwork } from '../../src/model/lowered-network.js';
import { lowerNetwork } from '../../src/network/lower.js';
import type { LmiRules } from '../../src/rule/form-rules.js';
import { builtin, lastActivation, shared, skipping, written } from '../architectures.js';
import { randomArchitecture } from '../random-architecture.js';

const lowered = (architecture: ReturnType<typeof builtin>, depth: number, rules: LmiRules = lmiRules): LoweredNetwork =>
  lowerNetwork(lmiOf(concreteNetwork(architecture, depth), rules));

const by = (factor: number, node: Expression): Expression => scale(factor, [], node);

const goals: readonly (readonly [string, (supply: Supply) => Supply])[] = [
  ['7 times ‖Δy‖²', (supply) => ({ ...supply, output: by(7, supply.output) })],
  ['a seventh of 𝓛²', (supply) => ({ ...supply, input: by(1 / 7, supply.input) })],
  ['𝓛² a little smaller', (supply) => ({ ...supply, input: by(1 - 2 ** -20, supply.input) })],
  ['a number for 𝓛²', (supply) => ({ ...supply, input: number(0.25) })],
  ['the other sign of ‖Δx‖²', (supply) => ({ ...supply, input: negate(supply.input) })],
  ['a product of Δx and Δy', (supply) => ({ ...supply, cross: number(0.5) })],
  ['no ‖Δy‖²', (supply) => ({ ...supply, output: number(0) })],
];

const forms: readonly (readonly [string, (form: PairForm) => PairForm])[] = [
  ['3 times ΔwᵀΛΔw', (form) => ({ ...form, own: by(3, form.own) })],
  ['−S for S', (form) => ({ ...form, mixed: negate(form.mixed) })],
  ['no ΔvᵀΛΔv', (form) => ({ ...form, square: number(0) })],
  [
    'half of a layer',
    ({ square, mixed, own }) => ({ square: by(0.5, square), mixed: by(0.5, mixed), own: by(0.5, own) }),
  ],
];

describe('the LMI that proofs by norms are about', () => {
  it('is that of every network of ours, whatever its weights, reads and coefficients are', () => {
    const networks = [
      lowered(builtin('residual'), 4),
      lowered(builtin('feedforward'), 3),
      lowered(builtin('dense-skip'), 5),
      lowered(builtin('two-branch'), 3),
      lowered(builtin('linear'), 1),
      lowered(skipping(), 1),
      lowered(lastActivation(), 1),
      lowered(shared(), 1),
      ...Array.from({ length: 60 }, (_, seed) => lowered(randomArchitecture(seed), 1)),
    ];
    expect(networks.filter((network) => !isUsualLmi(network)).map(({ definition }) => definition)).toEqual([]);
  });

  const one = written(['h = phi(F * x + D * x)', 'k = phi(0.3 * G * h - E * x)', 'y = x + B * k + 2 * C * k'], {
    D: 'diagonal',
  });

  it.each(goals)('is not that of another property: %s', (_name, change) => {
    const { goal } = lmiRules;
    const changed = { ...lmiRules, goal: { ...goal, apply: (network: never) => change(goal.apply(network)) } };
    expect(provableByNorms(lowered(one, 1))).toBe(true);
    expect(provableByNorms(lowered(one, 1, changed as LmiRules))).toBe(false);
  });

  it.each(forms)('is not that of other constraints of the layers: %s', (_name, change) => {
    const { layer } = lmiRules;
    const changed = { ...lmiRules, layer: { ...layer, apply: (of: never) => change(layer.apply(of)) } };
    expect(provableByNorms(lowered(one, 1, changed as LmiRules))).toBe(false);
  });
});
