/**
 * `npm run campaign -- [runs] [exact] [seed] [--variants runs] [--only text]`: for every strategy and every variant of
 * pivot `runs` (100,000) property cases, half of them over the shipped architectures and half over 200 random graphs,
 * then `exact` (10,000) verdicts in all on LMIs of order up to 24 compared with exact arithmetic. `--variants` gives
 * the variants that are not the default another number of cases; `--only` takes the strategies whose name begins like
 * that. Ends with exit status 1 if anything failed.
 */
import { parseArgs } from 'node:util';
import { strategies } from '../rules/strategies.js';
import { withVariant } from '../rules/variants.js';
import { builtinArchitectures, loadArchitecture } from '../src/1-parse/index.js';
import { LipwrightError } from '../src/base/diagnostic.js';
import { compile } from '../src/compile.js';
import type { Architecture } from '../src/model/architecture.js';
import type { Strategy } from '../src/model/strategy.js';
import { multiplierChoices } from '../src/model/strategy.js';
import { contractionChoices } from '../rules/contractions.js';
import { variantOf } from '../src/model/variant.js';
import { runCampaign } from '../src/verify/campaign.js';
import type { CampaignResult } from '../src/verify/campaign.js';
import type { Tally } from '../src/verify/tally.js';
import { randomArchitecture, sharingArchitecture } from '../test/random-architecture.js';

/**
 * Graphs that each strategy is tried on, and the seeds that they are drawn from: some have no parameterization by rows.
 */
const wanted = 200;
const graphSeeds = 400;

interface Contestant {
  readonly strategy: Strategy;
  readonly name: string;
  /** What `--strategy` alone gives. */
  readonly isDefault: boolean;
}

function contestants(): readonly Contestant[] {
  const all = strategies.flatMap((strategy): readonly Contestant[] => {
    const own = variantOf(strategy);
    if (own === null) return [{ strategy, name: strategy.name, isDefault: true }];
    return multiplierChoices.flatMap((multipliers) =>
      contractionChoices.map((contraction) => ({
        strategy: withVariant(strategy, { multipliers, contraction }),
        name: `${strategy.name} ${multipliers} ${contraction}`,
        isDefault: multipliers === own.multipliers && contraction === own.contraction,
      })),
    );
  });
  return [...all.filter(({ isDefault }) => isDefault), ...all.filter(({ isDefault }) => !isDefault)];
}

/** The graphs that have a parameterization under this strategy, and the codes of those that are refused. */
function accepted(
  graphs: readonly Architecture[],
  strategy: Strategy,
): { readonly taken: readonly Architecture[]; readonly refusals: string } {
  const codes = new Map<string, number>();
  const taken: Architecture[] = [];
  for (const graph of graphs) {
    if (taken.length === wanted) break;
    try {
      compile(graph, { depth: 1, strategy });
      taken.push(graph);
    } catch (error) {
      if (!(error instanceof LipwrightError)) throw error;
      codes.set(error.code, (codes.get(error.code) ?? 0) + 1);
    }
  }
  return { taken, refusals: [...codes].map(([code, count]) => `, ${count} refused ${code}`).join('') };
}

const { positionals, values } = parseArgs({
  allowPositionals: true,
  options: { variants: { type: 'string' }, only: { type: 'string' } },
});
const [runs = 100_000, exact = 10_000, seed = 0] = positionals.map(Number);
const variantRuns = values.variants === undefined ? runs : Number(values.variants);
const entered = contestants().filter(({ name }) => name.startsWith(values.only ?? ''));
const shipped = builtinArchitectures().map((name) => loadArchitecture(name));
/** Every third graph reads signals more than once. */
const graphs = Array.from({ length: graphSeeds }, (_, at) =>
  at % 3 === 2 ? sharingArchitecture(at) : randomArchitecture(at),
);

const columns = [26, 40, 9, 9, 10, 11, 13, 9] as const;
const margin = (value: number | null): string | number | null =>
  value === null || value === 0 ? value : `2^${Math.log2(value).toFixed(0)}`;
const line = (...cells: readonly (string | number | null)[]): void => {
  console.log(
    cells
      .map((cell, at) =>
        at < 2 ? String(cell).padEnd(columns[at] ?? 0) : String(cell ?? '–').padStart(columns[at] ?? 0),
      )
      .join(''),
  );
};
const tallied = (name: string, architecture: string, tally: Tally, perSecond: number | null = null): void => {
  line(
    name,
    architecture,
    tally.runs,
    tally.failures,
    tally.undecided,
    tally.infeasible,
    margin(tally.worstMargin),
    perSecond,
  );
};

let bad = 0;
/**
 * A failure is told at once: it holds the architecture's text and all numbers. Its replay would hold all architectures.
 */
function judge({ failures, exactDisagreements, counterexample }: CampaignResult): void {
  if (failures + exactDisagreements === 0) return;
  bad += 1;
  console.log(JSON.stringify(counterexample === null ? null : { ...counterexample, replay: undefined }));
}

line('strategy', 'architecture', 'cases', 'failures', 'undecided', 'infeasible', 'worst margin', 'cases/s');
for (const { name, strategy, isDefault } of entered) {
  const half = Math.ceil((isDefault ? runs : variantRuns) / 2);
  const known = await runCampaign({ architectures: shipped, strategy, runs: half, seed });
  for (const [architecture, tally] of Object.entries(known.byArchitecture)) tallied(name, architecture, tally);
  tallied(name, 'all shipped', known, known.perSecond);
  judge(known);
  const { taken, refusals } = accepted(graphs, strategy);
  if (taken.length === 0) continue;
  const drawn = await runCampaign({ architectures: taken, strategy, runs: half, seed, depth: { from: 1, to: 1 } });
  for (const [architecture, tally] of Object.entries(drawn.byArchitecture))
    if (tally.failures > 0) tallied(name, architecture, tally);
  tallied(name, `${taken.length} random graphs${refusals}`, drawn, drawn.perSecond);
  judge(drawn);
}

console.log(`\nverdicts against exact arithmetic, order at most 24`);
line('strategy', '', 'compared', 'differ', '', '', '', 'cases/s');
for (const { name, strategy } of entered) {
  // Depth 3 with widths up to 3: two branches of three layers and the input are 7 signals, order 21.
  const result = await runCampaign({
    architectures: shipped,
    strategy,
    depth: { from: 1, to: 3 },
    maxWidth: 3,
    runs: Math.ceil(exact / entered.length),
    seed: seed + 1,
    exactEvery: 1,
  });
  line(name, '', result.exactChecks, result.exactDisagreements, '', '', '', result.perSecond);
  judge(result);
}
process.exitCode = bad === 0 ? 0 : 1;
