/** What the API says when it refuses (RFC 9457), with its stable code. */
export type ProblemBody = {
  status: number;
  code: string;
  title: string;
  detail?: string;
  errors?: readonly { path: string; message: string }[];
  providerCode?: string;
  verificationId?: string;
};

/** The API refused a call. `code` is stable; texts are for people. */
export class ProblemError extends Error {
  readonly status: number;
  readonly code: string;
  readonly problem: ProblemBody;

  constructor(problem: ProblemBody) {
    super(problem.detail ?? problem.title);
    this.name = "ProblemError";
    this.status = problem.status;
    this.code = problem.code;
    this.problem = problem;
  }
}

/** The API could not be reached, or what answered was not the API. */
export class UnreachableError extends Error {
  constructor(cause: unknown) {
    super("The API cannot be reached", { cause });
    this.name = "UnreachableError";
  }
}

/** Reads a refusal. An answer that is no problem+json comes from something in between, such as a proxy. */
export async function refusalOf(response: Response): Promise<ProblemError | UnreachableError> {
  const body = (await response.json().catch(() => null)) as Partial<ProblemBody> | null;
  if (typeof body?.code !== "string" || typeof body.title !== "string") {
    return new UnreachableError(`answered ${response.status}`);
  }
  return new ProblemError({ ...body, code: body.code, title: body.title, status: response.status });
}
