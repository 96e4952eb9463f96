import { describe, expect, it } from 'vitest';
import { builtinArchitectures, loadArchitecture, parseArchitecture } from '../../src/1-parse/index.js';
import { identity, monomial, scale, sum, summands } from '../../src/expr/build.js';
import type { Expression, SymbolNode } from '../../src/expr/node.js';
import { symbols } from '../../src/expr/visit.js';
import type { Lmi } from '../../src/model/lmi.js';
import type { Assignment } from '../../src/model/parameterization.js';
import type { ScaleFactor } from '../../src/model/scaling.js';
import type { RuleBook } from '../../src/rule/rule-book.js';
import { runCampaign } from '../../src/verify/campaign.js';
import type { CampaignResult } from '../../src/verify/campaign.js';
import { faultyNetwork } from './faults.js';
import type { Fault } from './faults.js';

type Rescale = Extract<Assignment, { kind: 'rescale' }>;
type Assignments = NonNullable<Fault['assignments']>;

const isScale = (node: SymbolNode): boolean => node.role === 'scale';
const turned = (side: ScaleFactor | null): ScaleFactor | null =>
  side === null ? null : { ...side, inverse: !side.inverse };

/** The way back changed for weights or for multipliers. */
const back =
  (role: 'weight' | 'multiplier', change: (assignment: Rescale) => Partial<Rescale>): Assignments =>
  (list) =>
    list.map((item) => (item.kind === 'rescale' && item.symbol.role === role ? { ...item, ...change(item) } : item));

/** −𝓛² T_x² with something else for T_x². */
const onLimit =
  (body: (scale: SymbolNode) => Expression) =>
  (rules: RuleBook): RuleBook => {
    const changed = (term: Expression): Expression => {
      const [node] = [...symbols(term)].filter(isScale);
      return node === undefined ? term : scale(monomial(term).coefficient, monomial(term).scalars, body(node));
    };
    const apply = (target: Lmi): Lmi => ({
      ...target,
      rows: target.rows.map((row) => ({
        ...row,
        blocks: row.blocks.map((block) => ({
          ...block,
          expression: sum(summands(block.expression).map(changed), block.expression),
        })),
      })),
    });
    return {
      ...rules,
      form: {
        ...rules.form,
        scaling: { ...rules.form.scaling, apply: (source) => apply(rules.form.scaling.apply(source)) },
      },
    };
  };

/** k = φ(K h + 0.5 h) with T_k = T_h⁻¹ in the place of T_h: K, B and λ_k are scaled back by the wrong one. */
const untied: Assignments = (list) =>
  list.map((item) => {
    if (item.kind !== 'rescale') return item;
    const {
      role,
      label: { name },
    } = item.symbol;
    if (role === 'multiplier' && name === 'k') return { ...item, left: turned(item.left), right: turned(item.right) };
    return name === 'K'
      ? { ...item, left: turned(item.left) }
      : name === 'B'
        ? { ...item, right: turned(item.right) }
        : item;
  });

/** y = 0.5 h + B k with T_h = T_k in the place of I. */
const freed: Assignments = (list) => {
  const own = list.flatMap((item) =>
    item.kind === 'define' && isScale(item.symbol) && item.symbol.label.name === 'k' ? [item.symbol] : [],
  )[0];
  if (own === undefined) throw new Error('no scale of k');
  const [plain, inverse] = [false, true].map((turn): ScaleFactor => ({ scale: own, inverse: turn }));
  if (plain === undefined || inverse === undefined) throw new Error('two factors expected');
  return list.map((item) => {
    if (item.kind !== 'rescale') return item;
    const {
      role,
      label: { name },
    } = item.symbol;
    if (role === 'multiplier') return name === 'h' ? { ...item, left: inverse, right: inverse } : item;
    return name === 'H' ? { ...item, left: plain } : name === 'K' || name === 'E' ? { ...item, right: inverse } : item;
  });
};

const faults: readonly Fault[] = [
  {
    name: 't for 1/t on the right of every weight',
    on: ['residual'],
    assignments: back('weight', ({ right }) => ({ right: turned(right) })),
  },
  {
    name: '1/t for t on the left of every weight',
    on: ['feedforward'],
    assignments: back('weight', ({ left }) => ({ left: turned(left) })),
  },
  {
    name: 'output weights that are not scaled back',
    on: ['linear'],
    assignments: back('weight', () => ({ right: null })),
  },
  {
    name: 'multipliers times t² for multipliers by t²',
    on: ['feedforward'],
    assignments: back('multiplier', ({ left, right }) => ({ left: turned(left), right: turned(right) })),
  },
  {
    name: 'multipliers by t for multipliers by t²',
    on: ['residual'],
    assignments: back('multiplier', () => ({ right: null })),
  },
  {
    name: 'weights scaled back, multipliers not',
    on: ['two-branch'],
    assignments: back('multiplier', () => ({ left: null, right: null })),
  },
  {
    name: 'multipliers scaled back, weights not',
    on: ['dense-skip'],
    assignments: back('weight', () => ({ left: null, right: null })),
  },
  { name: '𝓛² for 𝓛² t² in the budget', on: ['linear'], rules: onLimit((node) => identity(node.rows)) },
  {
    name: '𝓛² for 𝓛² t² in the budget of a residual network',
    on: ['residual'],
    rules: onLimit((node) => identity(node.rows)),
  },
  { name: '𝓛² t for 𝓛² t² in the budget', on: ['feedforward'], rules: onLimit((node) => node) },
  {
    name: 'scales without their positive map',
    on: ['residual'],
    assignments: (list) => list.filter(({ rule }) => !rule.endsWith('positive-scale')),
  },
  { name: 'T_l ≠ T_j at an identity read', on: ['identity-inside'], assignments: untied },
  { name: 'T_j ≠ I at an identity read of the output', on: ['identity-outside'], assignments: freed },
];

const extra: Readonly<Record<string, string>> = {
  'identity-inside': 'name: identity-inside\nequations: |\n  h = phi(H * x)\n  k = phi(K * h + 0.5 * h)\n  y = B * k\n',
  'identity-outside':
    'name: identity-outside\nequations: |\n  h = phi(H * x)\n  k = phi(K * h + E * h)\n  y = 0.5 ' +
    '* h + B * k\nparameters:\n  E: { structure: diagonal }\n',
};
const architecture = (name: string): ReturnType<typeof loadArchitecture> =>
  extra[name] === undefined ? loadArchitecture(name) : parseArchitecture(extra[name], null);

const campaign = (fault: Fault, runs = 10_000): Promise<CampaignResult> =>
  runCampaign({
    architectures: fault.on.map(architecture),
    depth: { from: 1, to: 3 },
    runs,
    stopAtFirst: true,
    compileNetwork: faultyNetwork({ ...fault, strategy: 'scaled-gershgorin' }),
  });

describe('deliberate faults of the scaling', () => {
  it.each(faults)('$name: found within 10,000 cases', async (fault) => {
    const result = await campaign(fault);
    if (process.env['FAULTS'] !== undefined)
      console.log(fault.name, '|', result.runs, result.failures, result.counterexample?.because);
    expect(result.failures).toBe(1);
  });

  it('are what is found: without a fault nothing is', async () => {
    for (const name of [...builtinArchitectures(), ...Object.keys(extra)]) {
      const { failures, runs } = await campaign({ name: 'none', on: [name] }, 1500);
      expect([name, runs, failures]).toEqual([name, 1500, 0]);
    }
  });
});
