import type { Problem, Violation } from "./types";

/** What went wrong with a call: the server's problem, or that no answer came. */
export class Fault extends Error {
  override readonly name = "Fault";

  constructor(
    readonly problem: Problem | undefined,
    readonly status: number,
    message: string,
  ) {
    super(message);
  }

  static of(problem: unknown, status: number): Fault {
    const told = problem as Problem | undefined;
    return new Fault(told, status, told?.detail ?? told?.title ?? `the server answered ${status}`);
  }

  /** No answer came: the line is broken, or the server is away. */
  static silent(cause: unknown): Fault {
    const why = cause instanceof Error ? cause.message : String(cause);
    return new Fault(undefined, 0, `no answer from the server (${why})`);
  }

  get code(): string {
    return this.problem?.code ?? (this.status === 0 ? "unreachable" : "unknown");
  }

  get violations(): Violation[] {
    return this.problem?.violations ?? [];
  }

  get reference(): string | undefined {
    return this.problem?.request_id;
  }

  /** Whether nothing was changed for certain, so that it can be tried again. */
  get certainlyNotApplied(): boolean {
    return this.problem?.certainly_not_applied ?? false;
  }
}

export const faultOf = (error: unknown): Fault => (error instanceof Fault ? error : Fault.silent(error));
