import { chmod, cp, lstat, mkdtemp, readdir, rename, rm, stat } from "node:fs/promises";
import { dirname, join } from "node:path";

/**
 * Copies a folder to `target`, readable by everybody, unless a complete copy of ours is there. Returns `target`. Several
 * processes may do this at once; a folder somebody else has put there is refused, since its programs would run as us.
 */
export async function copyOnce(source: string, target: string): Promise<string> {
  await refuseUnsafeParent(dirname(target));
  switch (await state(source, target)) {
    case "complete":
      return target;
    case "foreign":
      throw new Error(`${target} exists and is not ours; remove it`);
    case "incomplete": {
      // Cleaners of temporary folders remove old files one by one.
      const aside = await mkdtemp(`${target}.old-`);
      await rename(target, aside).catch(() => {});
      await rm(aside, { recursive: true, force: true });
      break;
    }
    case "absent":
  }

  const fresh = await mkdtemp(`${target}.new-`);
  try {
    await cp(source, fresh, { recursive: true, verbatimSymlinks: true });
    await openToAll(fresh);
    await rename(fresh, target);
  } catch (error) {
    await rm(fresh, { recursive: true, force: true });
    // Another process may have been faster.
    if ((await state(source, target)) !== "complete") throw error;
  }
  return target;
}

async function state(source: string, target: string): Promise<"absent" | "foreign" | "incomplete" | "complete"> {
  const found = await lstat(target).catch(() => null);
  if (!found) return "absent";
  const ours = found.isDirectory() && found.uid === process.getuid?.() && (found.mode & 0o022) === 0;
  if (!ours) return "foreign";
  const [wanted, held] = await Promise.all([source, target].map((folder) => readdir(folder, { recursive: true })));
  const names = new Set(held);
  return wanted?.every((name) => names.has(name)) ? "complete" : "incomplete";
}

/** In a folder where others may rename our entries, no check of ours would last. */
async function refuseUnsafeParent(folder: string): Promise<void> {
  const { mode, uid } = await stat(folder);
  const openToOthers = (mode & 0o022) !== 0;
  const sticky = (mode & 0o1000) !== 0;
  const trusted = uid === 0 || uid === process.getuid?.();
  if (!trusted || (openToOthers && !sticky)) throw new Error(`${folder} is open to other users`);
}

/** The source may be private to its owner, as after `umask 077`. */
async function openToAll(folder: string): Promise<void> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  for (const entry of entries) {
    if (!entry.isSymbolicLink()) await chmod(join(entry.parentPath, entry.name), 0o755);
  }
  await chmod(folder, 0o755);
}
