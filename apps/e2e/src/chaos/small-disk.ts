import { execFile } from "node:child_process";
import { mkdir, open, rm, statfs } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

const run = promisify(execFile);

/** A disk of its own that can be filled to the last byte. */
export type SmallDisk = {
  path: string;
  fill(): Promise<void>;
  makeRoom(): Promise<void>;
  remove(): Promise<void>;
};

const MIB = 1_048_576;

/** Puts a disk of so many MiB there, in memory. Null where we may not mount anything. */
export async function mountSmallDisk(path: string, mib: number): Promise<SmallDisk | null> {
  await mkdir(path, { recursive: true });
  const mounted = await run("mount", ["-t", "tmpfs", "-o", `size=${mib}m,mode=0755`, "none", path]).catch(() => null);
  if (!mounted) return null;
  const ballast = join(path, "ballast");
  return {
    path,
    async fill() {
      const file = await open(ballast, "a");
      try {
        for (const size of [MIB, 4_096]) await writeUntilFull(path, file, Buffer.alloc(size));
      } finally {
        await file.close();
      }
    },
    makeRoom: () => rm(ballast, { force: true }),
    remove: () => run("umount", ["-l", path]).then(() => {}),
  };
}

async function writeUntilFull(path: string, file: Awaited<ReturnType<typeof open>>, bytes: Buffer): Promise<void> {
  for (;;) {
    const { bavail } = await statfs(path);
    if (bavail === 0) return;
    const full = await file.write(bytes).then(
      () => false,
      () => true,
    );
    if (full) return;
  }
}
