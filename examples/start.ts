import { marginText } from '../src/base/number-text.js';
import { processIo } from '../src/cli/io.js';
import { progressOn } from '../src/cli/progress.js';
import {
  compile,
  defaultStrategy,
  derive,
  javascript,
  loadArchitecture,
  report,
  reportText,
  runCampaign,
  sampleInstance,
  shownStrategy,
} from '../src/index.js';

/**
 * The main job in one go (`npm start`): derive the residual block for symbolic depth, compile depth 3, look at one
 * sampled instance, and run a campaign of 1,000 random ones.
 */
const say = (line = ''): void => void process.stdout.write(`${line}\n`);
const heading = (text: string): void => say(`\n${text}\n${'─'.repeat(text.length)}`);

const architecture = loadArchitecture('residual');
say('Lipwright: equations in, provably Lipschitz networks out.');

heading(`1. The equations of the ${architecture.title.toLowerCase()}`);
const derivation = derive(architecture, { depth: 'n', strategy: shownStrategy });
for (const equation of report(derivation).equations) say(`  ${equation}`);

heading("2. What Gershgorin's rows of the LMI M ≼ 0 ask, for any depth n");
const width = Math.min(processIo().columns ?? 80, 100);
say(reportText(derivation, { width, only: ['Constraints', 'Order of evaluation', 'Cycles'] }).trimEnd());

heading(`3. Compiled for depth 3, by the strategy ${defaultStrategy}: the LMI exactly`);
const network = compile(architecture, { depth: 3 });
const shapes = Object.entries(network.dims({ x: 3, w: 4, y: 3 })).map(([name, shape]) => `${name} ${shape.join('×')}`);
say(`  free parameters: ${shapes.slice(0, 4).join(', ')}, … (${shapes.length} in all)`);
say(`  as a JavaScript module without imports: ${javascript(network.program).length} characters`);

heading('4. One random instance');
const sample = sampleInstance(architecture, { depth: 3, widths: { x: 3, w: 4, y: 3 }, slopes: [-0.2, 1.1], seed: 1 });
const { negativeSemidefinite, method, margin } = sample.verdict;
say(`  𝓛 = ${sample.lipschitz}, slopes in [-0.2, 1.1], LMI of order ${sample.lmi?.length ?? 0}`);
say(
  `  M ≼ 0: ${negativeSemidefinite ? 'proven' : 'not proven'} by ${method}, relative margin ` +
    (margin === null ? 'none' : marginText(margin)),
);

heading('5. A campaign: 1,000 random shapes, slopes, bounds and hostile parameters');
const runs = 1000;
const progress = await progressOn(processIo(), runs);
const interrupt = new AbortController();
process.once('SIGINT', () => interrupt.abort());
const campaign = await runCampaign({
  architectures: [architecture],
  runs,
  signal: interrupt.signal,
  onProgress: ({ done, failures }) => progress.update(done, runs, failures),
});
progress.stop();
say(
  `  ${campaign.runs} cases, ${campaign.failures} failures, worst relative margin ` +
    `${campaign.worstMargin === null ? 'none' : marginText(campaign.worstMargin)}, ` +
    `${campaign.seconds.toFixed(1)} s`,
);
say('\nNext: npx lipwright --help, or write your own architecture file (see README.md).');
process.exitCode = campaign.interrupted ? 130 : campaign.failures > 0 ? 1 : 0;
