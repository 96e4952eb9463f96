import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';

/** A Python process with one framework in it, which runs emitted modules: the other end is server.py. */

export type Framework = 'numpy' | 'jax' | 'torch';

/** An array as it is: its numbers row by row. */
export interface PythonArray {
  readonly shape: readonly number[];
  readonly data: Float64Array;
}

export const array = (shape: readonly number[], data: ArrayLike<number>): PythonArray => ({
  shape,
  data: Float64Array.from(data),
});

/** What goes over the wire: arrays where there are any, and what JSON knows. */
export type Value =
  null | boolean | number | string | PythonArray | readonly Value[] | { readonly [name: string]: Value };

export const isArray = (value: Value | undefined): value is PythonArray =>
  typeof value === 'object' && value !== null && 'data' in value && value.data instanceof Float64Array;

function encoded(value: Value): unknown {
  if (isArray(value))
    return {
      shape: value.shape,
      data: Buffer.from(value.data.buffer, value.data.byteOffset, value.data.byteLength).toString('base64'),
    };
  if (Array.isArray(value)) return value.map(encoded);
  if (typeof value === 'object' && value !== null)
    return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, encoded(item)]));
  return value;
}

interface Wire {
  readonly [name: string]: unknown;
}

function decoded(value: unknown): Value {
  if (Array.isArray(value)) return value.map(decoded);
  if (typeof value !== 'object' || value === null) return value as Value;
  const { shape, data } = value as Wire;
  if (Array.isArray(shape) && typeof data === 'string' && Object.keys(value).length === 2) {
    // A copy, since what Buffer gives need not begin at a multiple of eight.
    return { shape: shape as number[], data: new Float64Array(Uint8Array.from(Buffer.from(data, 'base64')).buffer) };
  }
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, decoded(item)]));
}

interface Waiting {
  readonly resolve: (value: Value) => void;
  readonly reject: (reason: Error) => void;
}

export class Session {
  private process: ChildProcessWithoutNullStreams | null = null;
  private readonly waiting: Waiting[] = [];
  private said = '';

  constructor(
    private readonly interpreter: string,
    private readonly framework: Framework,
  ) {}

  /** Answers come in the order of the calls. */
  call(call: string, request: Readonly<Record<string, Value>>): Promise<Value> {
    const { stdin } = (this.process ??= this.start());
    return new Promise((resolve, reject) => {
      this.waiting.push({ resolve, reject });
      stdin.write(
        `${JSON.stringify({ ...Object.fromEntries(Object.entries(request).map(([name, value]) => [name, encoded(value)])), call })}\n`,
      );
    });
  }

  close(): void {
    this.process?.stdin.end();
    this.process = null;
  }

  private start(): ChildProcessWithoutNullStreams {
    // One thread each: the cores are the test runner's.
    const threads = Object.fromEntries(
      ['OMP_NUM_THREADS', 'MKL_NUM_THREADS', 'OPENBLAS_NUM_THREADS'].map((name) => [name, '1']),
    );
    // JAX compiles every operation for itself: with XLA's older emitters in half of the time.
    const jax = {
      JAX_PLATFORMS: 'cpu',
      JAX_DISABLE_MOST_OPTIMIZATIONS: '1',
      XLA_FLAGS: '--xla_cpu_use_fusion_emitters=false',
    };
    const child = spawn(this.interpreter, [fileURLToPath(new URL('server.py', import.meta.url)), this.framework], {
      env: { ...process.env, ...threads, ...jax, PYTHONUTF8: '1' },
    });
    child.stderr.setEncoding('utf8').on('data', (text: string) => {
      this.said = (this.said + text).slice(-4000);
    });
    createInterface({ input: child.stdout }).on('line', (line) => {
      const next = this.waiting.shift();
      const { value, error } = JSON.parse(line) as { value?: unknown; error?: string };
      if (error === undefined) next?.resolve(decoded(value));
      else next?.reject(new Error(error));
    });
    child.on('close', (status) => {
      for (const { reject } of this.waiting.splice(0))
        reject(new Error(`Python ended with status ${String(status)}: ${this.said}`));
    });
    child.on('error', (error) => {
      for (const { reject } of this.waiting.splice(0)) reject(error);
    });
    // What is still to be written when the process is gone is reported by its end.
    child.stdin.on('error', () => undefined);
    return child;
  }
}
