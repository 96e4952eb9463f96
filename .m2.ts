import { loadArchitecture, builtinArchitectures } from './src/1-parse/index.js';
import { runCampaign } from './src/verify/campaign.js';
import { sampleInstance } from './src/verify/sample.js';
import { checkText } from './src/verify/check.js';
const s = sampleInstance(loadArchitecture('residual'), { depth: 2, widths: { x: 2, w: 3 } });
console.log(JSON.stringify(s).slice(0, 600)); console.log(checkText(JSON.stringify(s)));
for (const strategy of ['gershgorin', 'gershgorin-paper']) {
const r = await runCampaign({ architectures: builtinArchitectures().map(loadArchitecture), strategy, runs: Number(process.argv[2] ?? 5000), exactEvery: 50 });
console.log(JSON.stringify(r, (k, v) => k === 'definition' || k==='free' ? undefined : v).slice(0, 6000));
console.log(process.memoryUsage().rss / 1e6);
}
