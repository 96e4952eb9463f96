/**
 * `npm run campaign -- [runs] [exact] [seed]`: property campaigns over all shipped architectures and every strategy,
 * 100,000 cases in all, then 10,000 verdicts on LMIs of order up to 24 compared with exact arithmetic. Ends with exit
 * status 1 if anything failed.
 */
import { parseArgs } from 'node:util';
import { strategies } from '../rules/strategies.js';
import { builtinArchitectures, loadArchitecture } from '../src/1-parse/index.js';
import { runCampaign } from '../src/verify/campaign.js';
import type { CampaignResult } from '../src/verify/campaign.js';

const { positionals } = parseArgs({ allowPositionals: true });
const [runs = 100_000, exact = 10_000, seed = 0] = positionals.map(Number);
const architectures = builtinArchitectures().map((name) => loadArchitecture(name));
const columns = [18, 14, 9, 9, 10, 11, 13, 9] as const;
const margin = (value: number | null): string | null => (value === null ? null : `2^${Math.log2(value).toFixed(0)}`);
const line = (...cells: readonly (string | number | null)[]): void => {
  console.log(cells.map((cell, at) => (at < 2 ? String(cell).padEnd(columns[at] ?? 0) : String(cell ?? '–').padStart(columns[at] ?? 0))).join(''));
};

const results: CampaignResult[] = [];
line('strategy', 'architecture', 'cases', 'failures', 'undecided', 'infeasible', 'worst margin', 'cases/s');
for (const { name } of strategies) {
  const result = await runCampaign({ architectures, strategy: name, runs: Math.ceil(runs / strategies.length), seed });
  for (const [architecture, tally] of Object.entries(result.byArchitecture)) {
    line(name, architecture, tally.runs, tally.failures, tally.undecided, tally.infeasible, margin(tally.worstMargin));
  }
  line(name, 'all', result.runs, result.failures, result.undecided, result.infeasible, margin(result.worstMargin), result.perSecond);
  results.push(result);
}

console.log(`\nverdicts against exact arithmetic, order at most 24`);
line('strategy', '', 'compared', 'differ', '', '', '', 'cases/s');
for (const { name } of strategies) {
  // Depth 3 with widths up to 3: two branches of three layers and the input are 7 signals, order 21.
  const result = await runCampaign({ architectures, strategy: name, depth: { from: 1, to: 3 }, maxWidth: 3, runs: Math.ceil(exact / strategies.length), seed: seed + 1, exactEvery: 1 });
  line(name, '', result.exactChecks, result.exactDisagreements, '', '', '', result.perSecond);
  results.push(result);
}

const bad = results.filter(({ failures, exactDisagreements }) => failures + exactDisagreements > 0);
for (const { counterexample } of bad) console.log(JSON.stringify(counterexample));
process.exitCode = bad.length === 0 ? 0 : 1;
