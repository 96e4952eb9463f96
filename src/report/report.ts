import { createRules } from '../../rules/index.js';
import type { Derivation } from '../compile.js';
import { label } from '../base/label.js';
import { diag, scalarSymbol, sum, symbol, times } from '../expr/build.js';
import type { Architecture } from '../model/architecture.js';
import type { Network } from '../model/network.js';
import { structureNamed } from '../structures/index.js';
import type { Step } from '../model/trace.js';
import { variantOf } from '../model/variant.js';
import type { RuleBook } from '../rule/rule-book.js';
import { showAssignments } from './assignments.js';
import { showConstraints, showCycles, showOrder } from './constraints.js';
import type { DerivationReport, NotationEntry, RuleEntry, SymbolEntry } from './entries.js';
import type { Naming } from '../expr/naming.js';
import { defaultNaming, greekNames, replaced } from '../expr/naming.js';
import type { Expression } from '../expr/node.js';
import { letterLatex, letterText } from '../expr/print.js';
import { hierarchy } from './hierarchy.js';
import type { Printer, Voice } from './printer.js';
import { printerFor } from './printer.js';
import { scalarText } from '../slopes/scalar/index.js';
import { explained, pivotSymbols } from './pivot-symbols.js';
import { pivotNames, showRecursion, showRecursionOrder } from './recursion.js';
import { showRows } from './rows.js';
import { withIndexLetter } from './index-letter.js';
import { inFiles } from './stored.js';
import { showSums } from './sums.js';
import { inOrder, scalingSymbols, showScaling } from './scaling.js';

/** A derivation as plain, printable data. `rules` are those that the derivation used; the shipped ones if left out. */
export function report(derivation: Derivation, rules: RuleBook = createRules()): DerivationReport {
  const { architecture, bounds, lmi, naming, parameterization, recursion, steps, strategy } = derivation;
  const { network } = bounds;
  const print = printerFor(naming);
  const plain = printerFor({ ...naming, mark: '' });
  const { scaling } = bounds;
  const extra =
    scaling === undefined ? { before: [], after: [] } : showScaling(network, scaling, { scaled: print, plain });
  const { signals, blocks, rows } = showRows(network, lmi.rows, bounds.rows, { blocks: plain, rows: print });
  const sums = showSums(network, plain);
  const order = [
    ...inOrder(extra.before),
    ...(recursion === null ? showOrder(bounds, print) : showRecursionOrder(recursion, print)),
    ...inOrder(extra.after),
  ];
  const whole: DerivationReport = {
    architecture: architecture.name,
    title: architecture.title,
    source: architecture.source,
    depth: network.depth ?? 'n',
    strategy: strategy.name,
    variant: variantOf(strategy),
    validFrom: network.family?.least ?? null,
    // Of one statement several equations may have been made.
    equations: [...new Set(architecture.equations.map((equation) => equation.text.trim().replace(/\s+/g, ' ')))],
    activations: [...architecture.activations.values()].map((activation) => ({
      name: activation.name,
      function:
        activation.kind === 'scalar'
          ? scalarText(activation.function)
          : `linear spline, ${activation.knots} knots, step ${activation.step}`,
      slopes: activation.slopes,
    })),
    greek: Object.fromEntries(greekNames(naming)),
    notation: notationOf(naming, print),
    symbols: [
      ...symbolEntries(network, { caps: bounds.cycles.length > 0, rows: recursion === null }, print),
      ...(recursion === null ? [] : pivotSymbols(derivation, recursion, print)),
      ...(scaling === undefined ? [] : scalingSymbols(network, scaling, { scaled: print, plain })),
      ...structureEntries(architecture, plain),
    ],
    lmi: { signals, blocks, ...(sums.length === 0 ? {} : { sums }) },
    rows,
    definitions: recursion === null ? [] : showRecursion(recursion, print),
    constraints: [
      ...extra.before,
      ...showConstraints(bounds, print, recursion === null ? undefined : pivotNames(recursion)),
      ...extra.after,
    ],
    order: order.map(({ text }) => text),
    orderLatex: order.map(({ latex }) => latex),
    cycles: showCycles(bounds, print),
    parameterization:
      recursion === null || parameterization === null ? [] : showAssignments(parameterization, naming, print),
    assumptions: ruleEntries(rules, steps),
    steps,
    ...(derivation.blocks.length === 0
      ? {}
      : { blocks: hierarchy(derivation.blocks, network.depth ?? 'n', (inner) => report(inner, rules)) }),
  };

  return naming.index === defaultNaming.index ? whole : withIndexLetter(whole, naming.index);
}

/** Weights with a structure that formulas do not show. */
const structureEntries = ({ parameters }: Architecture, print: Printer): readonly SymbolEntry[] =>
  [...parameters].flatMap(([name, declared]) => {
    const { numbers, isFree, facts } = structureNamed(declared);
    const weight = symbol('weight', label(name), { rows: null, columns: null });
    return isFree || facts.diagonal === true
      ? []
      : [
          explained(
            print,
            { text: print.text(weight), latex: print.latex(weight) },
            () => `a ${declared} matrix; its numbers are ${numbers}`,
          ),
        ];
  });

/** The derivation's own symbols, shown for the most general layer. */
function symbolEntries(
  network: Network,
  has: { readonly caps: boolean; readonly rows: boolean },
  print: Printer,
): readonly SymbolEntry[] {
  const entry = (node: Expression, sentence: (voice: Voice) => string): SymbolEntry =>
    explained(print, { text: print.text(node), latex: print.latex(node) }, sentence);
  const bound = entry(
    scalarSymbol('lipschitz', label('Lip'), { positive: true }),
    () => 'the Lipschitz bound, positive',
  );
  const form = explained(
    print,
    print.letter('lmi'),
    (voice) => `the matrix of the LMI ${voice.letter('lmi')} ≼ 0; its blocks belong to pairs of signals`,
  );
  const generic =
    network.rows.find((row) => row.span !== null && row.layer !== null)?.layer ??
    network.rows.find((row) => row.layer !== null)?.layer ??
    null;
  if (generic === null) return [bound, form];
  const { multiplier, slopeSum, slopeProduct, target } = generic;
  const at = slopeSum.label;
  const [lower, upper] = [scalarSymbol('slope-lower', at), scalarSymbol('slope-upper', at)];
  return [
    bound,
    form,
    entry(
      lower,
      ({ signal, math }) => `the least slope of the activation of ${signal(target)}; ${math(upper)} is the largest`,
    ),
    entry(slopeSum, ({ math }) => `the sum of the slopes, ${math(sum([upper, lower]))}`),
    entry(slopeProduct, ({ math }) => `the product of the slopes, ${math(times(upper, lower))}`),
    entry(
      multiplier,
      ({ signal, math }) =>
        `the multiplier of ${signal(target)}, diagonal and positive; ${math(diag(multiplier))} is ` +
        `its diagonal${inFiles(multiplier, print.naming)}`,
    ),
    ...(has.caps
      ? [
          entry(
            symbol('cap', at, { rows: multiplier.rows, columns: null }),
            () => 'a cap on the row sums of a weight, fixed before the multiplier',
          ),
        ]
      : []),
    ...(has.rows
      ? [
          explained(
            print,
            { text: '|·|, ∘, 1', latex: '\\left|\\cdot\\right|,\\ \\circ,\\ \\mathbf{1}' },
            () => 'absolute value and product entry by entry; the vector of ones',
          ),
        ]
      : []),
  ];
}

/** Letters that are not about one symbol. */
function notationOf(naming: Naming, print: Printer): NotationEntry {
  return {
    lmi: print.letter('lmi'),
    lipschitz: print.letter('lipschitz'),
    index: naming.index,
    replaced: [...replaced(naming)].map(([inRules, here]) => ({
      inRules: { text: letterText(inRules), latex: letterLatex(inRules) },
      here: { text: letterText(here), latex: letterLatex(here) },
    })),
  };
}

/** The rules that the steps name, in the order in which they were first used. */
function ruleEntries(rules: RuleBook, steps: readonly Step[]): readonly RuleEntry[] {
  const counts = new Map<string, number>();
  for (const { rule } of steps) counts.set(rule, (counts.get(rule) ?? 0) + 1);
  const known = new Map(allRules(rules).map((rule) => [rule.name, rule]));
  return [...counts].flatMap(([name, count]) => {
    const rule = known.get(name);
    if (rule === undefined) return [];
    return [
      {
        rule: name,
        statement: rule.statement,
        latex: rule.latex,
        exact: rule.exact,
        assumptions: rule.assumptions.map(({ text }) => text),
        count,
      },
    ];
  });
}

interface Described {
  readonly name: string;
  readonly statement: string;
  readonly latex: string;
  readonly exact: boolean;
  readonly assumptions: readonly { readonly text: string }[];
}

/** The list of rules is a tree of groups; every leaf is a rule. */
function allRules(group: unknown): readonly Described[] {
  if (typeof group !== 'object' || group === null) return [];
  if (isDescribed(group)) return [group];
  return Object.values(group).flatMap(allRules);
}

function isDescribed(value: object): value is Described {
  return (
    'name' in value &&
    typeof value.name === 'string' &&
    'statement' in value &&
    'latex' in value &&
    'exact' in value &&
    'assumptions' in value
  );
}
