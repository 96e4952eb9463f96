import { Document, Scalar } from 'yaml';
import { excerpt, fail } from '../base/diagnostic.js';
import type { Architecture } from '../model/architecture.js';
import type { StructureName } from '../structures/index.js';
import { Bias, Family, IndexValue, Loop, Signal, Weight, print } from './builder-values.js';
import type { Affine, Span } from './builder-values.js';
import { parseArchitecture } from './parse.js';
import type { ActivationSpecification } from './schema.js';

/** What an architecture file says beside its equations. */
export interface ArchitectureDetails {
  readonly title?: string;
  readonly source?: string;
  readonly description?: string;
}

/**
 * An architecture written in TypeScript instead of YAML. The types rule out what no equation may say (`x * A`, a
 * product of signals); everything else is checked by the same code as a file, since `build` prints one.
 *
 *     const net = architecture('residual', { title: 'Deep residual block' });
 *     const { input: x, depth: n } = net;
 *     const w = net.family('w');
 *     const l = net.loop('l');
 *     net.alias(w.at(0), x);
 *     net.hidden(w.at(l), net.weight('C').at(l).times(w.at(l.minus(1))).plus(net.bias('b').at(l)), l.from(1, n));
 *     net.output(net.weight('A', 'diagonal').times(x).plus(net.weight('B').times(w.at(n))).plus(net.bias('c')));
 *     const residual = net.build();
 */
export class ArchitectureBuilder {
  readonly input = new Signal('x');
  readonly depth = new IndexValue('n');
  readonly #name: string;
  readonly #details: ArchitectureDetails;
  readonly #lines: string[] = [];
  readonly #structures = new Map<string, StructureName>();
  readonly #activations = new Map<string, ActivationSpecification>();

  constructor(name: string, details: ArchitectureDetails) {
    this.#name = name;
    this.#details = details;
  }

  /** A hidden signal without an index. */
  signal(name: string): Signal {
    return new Signal(name);
  }

  family(name: string): Family {
    return new Family(name);
  }

  loop(letter: string): Loop {
    return new Loop(letter);
  }

  /** Dense unless a structure is declared here. */
  weight(name: string, structure?: StructureName): Weight {
    if (structure !== undefined) this.#structures.set(name, structure);
    return new Weight(name);
  }

  bias(name: string): Bias {
    return new Bias(name);
  }

  /**
   * What a name stands for in `hidden`: a name of the library, an expression in v, parameters with either, or a spline.
   */
  activation(name: string, specification: ActivationSpecification): string {
    this.#activations.set(name, specification);
    return name;
  }

  /**
   * `target = phi(sum)`, for one signal or for a family's members over a span; `activation` is a name of the library or
   * one given by `activation`, and with `phi` it is left open.
   */
  hidden(target: Signal, sum: Affine, span: Span | null = null, activation = 'phi'): this {
    const clause = span === null ? '' : ` for ${span.letter} in ${print(span.first)}..${print(span.last)}`;
    this.#lines.push(`${target.text} = ${activation}(${sum.toString()})${clause}`);
    return this;
  }

  /** `target = signal`, a second name such as `w[0] = x`. */
  alias(target: Signal, signal: Signal): this {
    this.#lines.push(`${target.text} = ${signal.text}`);
    return this;
  }

  /** `y = sum`. */
  output(sum: Affine): this {
    this.#lines.push(`y = ${sum.toString()}`);
    return this;
  }

  /** The YAML file that says the same. */
  toYaml(): string {
    const { title, source, description } = this.#details;
    // A line end inside a name would start an equation of its own.
    const broken = this.#lines.find((line) => /[\n\r#]/.test(line));
    if (broken !== undefined) fail('LW107', `"${excerpt(broken)}"`, 'names of letters, digits and _');
    const equations = new Scalar(`${this.#lines.join('\n')}\n`);
    equations.type = Scalar.BLOCK_LITERAL;
    const parameters = Object.fromEntries([...this.#structures].map(([name, structure]) => [name, { structure }]));
    const fields = {
      name: this.#name,
      ...(title === undefined ? {} : { title }),
      ...(description === undefined ? {} : { description }),
      equations,
      ...(this.#structures.size === 0 ? {} : { parameters }),
      ...(this.#activations.size === 0 ? {} : { activations: Object.fromEntries(this.#activations) }),
      ...(source === undefined ? {} : { source }),
    };
    return new Document(fields).toString({ lineWidth: 0 });
  }

  /** Checked exactly as a file is; positions in errors refer to `toYaml()`. */
  build(): Architecture {
    return parseArchitecture(this.toYaml(), null);
  }
}

/** Starts an architecture; see `ArchitectureBuilder`. */
export function architecture(name: string, details: ArchitectureDetails = {}): ArchitectureBuilder {
  return new ArchitectureBuilder(name, details);
}
