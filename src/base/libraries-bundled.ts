import * as library from 'mathjs/number';
import core from 'nerdamer/nerdamer.core.js';
import type { Nerdamer } from 'nerdamer/nerdamer.core.js';
import type { MathjsParser } from './mathjs-parser.js';
import 'nerdamer/Algebra.js';
import 'nerdamer/Calculus.js';

/** The functions of libraries.ts for bundlers, which need to see what is imported. */
export const mathjs = (): MathjsParser => library;
export const nerdamer = (): Nerdamer => core;
