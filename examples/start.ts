import { compile, derive, loadArchitecture, reportText, runCampaign, sampleInstance } from '../src/index.js';
import { progressBar } from '../src/cli/progress.js';

/**
 * The main job in one go (`npm start`): derive the residual block for symbolic depth, compile depth 3, look at one
 * sampled instance, and run a campaign of 1,000 random ones.
 */
const say = (line = ''): void => void process.stdout.write(`${line}\n`);
const architecture = loadArchitecture('residual');

say('1. Equations → LMI → inequalities → constraints, for any inner depth n');
say();
say(reportText(derive(architecture, { depth: 'n' })));
