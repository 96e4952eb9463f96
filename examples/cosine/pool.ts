import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { createInterface } from 'node:readline';

/**
 * A process that takes one line of JSON for a job and answers with one line of JSON; stderr has its steps and
 * complaints.
 */
export interface Command {
  readonly program: string;
  readonly parameters: readonly string[];
}

/** Steps that jobs under way have reported stand on lines like this. */
const stepLine = /^@ (\d+)$/;

class Worker {
  private readonly child: ChildProcessWithoutNullStreams;
  private readonly complaints: string[] = [];
  private waiting: { readonly resolve: (line: string) => void; readonly reject: (error: Error) => void } | null = null;

  constructor({ program, parameters }: Command, onStep: (step: number) => void) {
    this.child = spawn(program, parameters, {
      env: { ...process.env, OMP_NUM_THREADS: '1', TF_CPP_MIN_LOG_LEVEL: '3' },
    });
    createInterface({ input: this.child.stdout }).on('line', (line) => this.settle(line));
    createInterface({ input: this.child.stderr }).on('line', (line) => {
      const step = stepLine.exec(line)?.[1];
      if (step === undefined) this.complaints.push(line);
      else onStep(Number(step));
    });
    this.child.on('error', (error) => this.waiting?.reject(error));
    this.child.on('close', (code) =>
      this.waiting?.reject(
        new Error(`the trainer ended with ${code ?? 'a signal'}:\n${this.complaints.slice(-12).join('\n')}`),
      ),
    );
  }

  private settle(line: string): void {
    // Libraries may greet on stdout.
    if (!line.startsWith('[') || this.waiting === null) return;
    const { resolve } = this.waiting;
    this.waiting = null;
    resolve(line);
  }

  ask(job: object): Promise<string> {
    return new Promise((resolve, reject) => {
      this.waiting = { resolve, reject };
      this.child.stdin.write(`${JSON.stringify(job)}\n`);
    });
  }

  end(): void {
    this.child.kill();
  }
}

/**
 * Runs the jobs on so many processes and hands over each answer as it comes; ends the processes whatever happens.
 * @throws what a trainer said, if it ends before its time
 */
export async function runJobs<T extends object>(
  jobs: readonly T[],
  options: {
    readonly processes: number;
    readonly command: Command;
    readonly signal: AbortSignal;
    readonly onStep: (job: T, step: number) => void;
    readonly onAnswer: (job: T, answer: string) => Promise<void>;
  },
): Promise<void> {
  const waiting = [...jobs];
  const workers: Worker[] = [];
  const endAll = (): void => {
    for (const worker of workers) worker.end();
  };
  options.signal.addEventListener('abort', endAll, { once: true });
  const serve = async (): Promise<void> => {
    let current: T | null = null;
    const worker = new Worker(options.command, (step) => {
      if (current !== null) options.onStep(current, step);
    });
    workers.push(worker);
    for (let job = waiting.shift(); job !== undefined && !options.signal.aborted; job = waiting.shift()) {
      current = job;
      await options.onAnswer(job, await worker.ask(job));
    }
    worker.end();
  };
  try {
    await Promise.all(Array.from({ length: Math.min(options.processes, jobs.length) }, serve));
  } catch (error) {
    if (!options.signal.aborted) throw error;
  } finally {
    endAll();
    options.signal.removeEventListener('abort', endAll);
  }
}
