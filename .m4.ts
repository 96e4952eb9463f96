import { generator } from './src/numeric/random.js';
import { randomGraph, unrolled } from './test/verify/reference.js';
import { compile } from './src/compile.js';
import { runCampaign } from './src/verify/campaign.js';
const codes: any = {}; let shown = 0; const because: any = {}; let runs=0, inf=0, fails=0; let worst=1;
const [from,to] = [Number(process.argv[2]), Number(process.argv[3])];
for (const strategy of ['gershgorin','gershgorin-paper']) for (let s = from; s < to; s++) { 
 let a: any = null;
 try { a = randomGraph(generator(s), `graph-${s}`, { identities: s%3!==0 }); compile(a, { depth: 1, strategy }); codes.ok = (codes.ok ?? 0) + 1; }
 catch (e: any) { 
   const idx = a !== null && unrolled(a,1).hidden.some(h=>h.reads.some(r=>r.weight===null&&r.signal==='x'));
   const c = (e.code ?? 'throw')+(idx?' idx':' NOIDX'); codes[c] = (codes[c] ?? 0) + 1; continue; }
 try {
 const r = await runCampaign({ architectures: [a], depth: {from:1,to:1}, runs: 40, seed: s, strategy, maxWidth: 4, exactEvery: 20 });
 runs+=r.runs; inf+=r.infeasible; fails+=r.failures; worst=Math.min(worst,r.worstMargin??1); if (r.exactDisagreements) console.log('EXACT', s);
 if (r.failures) { const b = r.counterexample.because.slice(0,60); because[b]=(because[b]??0)+1; if (because[b] <= 40) console.log(s, strategy, r.failures, r.infeasible, r.runs, b, JSON.stringify(r.counterexample.slopes)); if (r.failures>5) console.log(a.definition) }
 } catch (e: any) { console.log('CAMPAIGN', s, e.stack); }
}
console.log(because, codes, runs, inf, fails, worst);
