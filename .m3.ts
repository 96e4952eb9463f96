import { loadArchitecture, builtinArchitectures } from './src/1-parse/index.js';
import { runCampaign } from './src/verify/campaign.js';
const names = process.argv[3]?.split(',') ?? builtinArchitectures();
const r = await runCampaign({ architectures: names.map(loadArchitecture), runs: Number(process.argv[2] ?? 5000), depth: {from:1,to:Number(process.argv[4]??6)}, maxWidth: Number(process.argv[5]??5) });
console.log(r.runs, r.failures, r.perSecond, r.seconds, r.worstMargin, process.memoryUsage().rss/1e6);
