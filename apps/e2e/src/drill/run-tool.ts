import { execFile } from "node:child_process";
import { promisify } from "node:util";

type Options = { uid?: number; gid?: number; cwd?: string; mayEndWith?: readonly number[] };

/** Runs a program to its end and returns what it printed. Throws with its last words unless it ends with 0 or as allowed. */
export async function runTool(program: string, args: readonly string[], options: Options = {}): Promise<string> {
  const { mayEndWith = [], ...rest } = options;
  try {
    const { stdout } = await promisify(execFile)(program, args, { ...rest, maxBuffer: 2 ** 26 });
    return stdout;
  } catch (error) {
    const { code, stdout, stderr } = error as { code?: number; stdout?: string; stderr?: string };
    if (typeof code === "number" && mayEndWith.includes(code)) return stdout ?? "";
    throw new Error(`${program} ended with ${code}: ${stderr?.trim().split("\n").slice(-5).join("\n")}`);
  }
}
