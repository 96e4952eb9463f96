import type { Slopes } from '../5-emit/index.js';
import { fail } from '../base/diagnostic.js';
import { defaultStrategy } from '../../rules/strategies.js';
import { compile, findStrategy } from '../compile.js';
import type { Architecture } from '../model/architecture.js';
import type { Strategy } from '../model/strategy.js';
import { variantOf } from '../model/variant.js';
import { generator } from '../numeric/random.js';
import type { Sample } from './instance.js';
import { toSample } from './instance.js';
import { checkSizes } from '../check/index.js';
import { widthsOf } from '../check/index.js';

export interface SampleOptions {
  readonly depth: number;
  readonly strategy?: string | Strategy;
  /** Widths by signal or family; what identity and diagonal weights imply may be left out. */
  readonly widths: ReadonlyMap<string, number> | Readonly<Record<string, number>>;
  /** One [m, L] for all layers or one for each hidden signal; [0, 1] if left out. */
  readonly slopes?: Slopes;
  /**
   * Of the layers that the equations leave open, with its own slopes where none are given: a name,
   * name(parameter=value) or an expression in v.
   */
  readonly activation?: string;
  /** 𝓛, 1 if left out. */
  readonly lipschitz?: number;
  /** 0 if left out. */
  readonly seed?: number;
  /** Multiplies the free parameters before they are constrained; 1 if left out. */
  readonly scale?: number;
}

/**
 * One random instance: free parameters drawn from normal(0, 1) · scale by the seeded generator, in the order of the
 * program, then constrained, assembled and judged. Equal arguments give equal results on every machine.
 * @throws LW302 depth, LW303 shapes that clash (at the equation), LW304 widths, LW305 slopes, LW310 LW5xx the
 *   activation, LW306 𝓛, LW308 strategy,
 *   LW311 seed or scale, LW314 an LMI above the limit, LW401, LW402
 */
export function sampleInstance(architecture: Architecture, options: SampleOptions): Sample {
  const { seed = 0, scale = 1 } = options;
  if (!Number.isFinite(scale)) fail('LW311', `scale ${scale}`, 'a finite number');
  const random = generator(seed);
  const strategy = findStrategy(options.strategy ?? defaultStrategy);
  const given = options.widths instanceof Map ? options.widths : new Map(Object.entries(options.widths));
  const { widths, order } = widthsOf(architecture, options.depth, given);
  const compiled = compile(architecture, { depth: options.depth, strategy });
  const shapes = Object.entries(compiled.dims(widths)).map(([name, shape]) => ({
    name,
    length: shape.reduce((all, size) => all * size, 1),
  }));
  checkSizes(
    order,
    shapes.reduce((total, { length }) => total + length, 0),
  );
  const draw = (): number => Math.max(-Number.MAX_VALUE, Math.min(Number.MAX_VALUE, random.normal() * scale));
  const free = Object.fromEntries(shapes.map(({ name, length }) => [name, Float64Array.from({ length }, draw)]));
  const values = compiled.constrain(free, {
    widths,
    ...(options.slopes === undefined ? {} : { slopes: options.slopes }),
    ...(options.activation === undefined ? {} : { activation: options.activation }),
    ...(options.lipschitz === undefined ? {} : { lipschitz: options.lipschitz }),
  });
  return toSample(compiled, values, { strategy: strategy.name, variant: variantOf(strategy), seed, scale });
}
