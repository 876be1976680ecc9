import { randomUUIDv7 } from "node:crypto";
import { type Db, raiseAlert } from "@verdict/db";

/** Puts an event on record: that of an alert. Its id is the event's subject. */
export async function givenEvent(db: Db, route = "default"): Promise<string> {
  const id = randomUUIDv7();
  const rule = `a test ${id}`;
  const alert = {
    id,
    rule,
    severity: "warning",
    route,
    verificationId: null,
    detail: "a test",
    at: new Date(),
  } as const;
  await raiseAlert(db, alert);
  return id;
}

/** An event as a stream tells it. */
export type Told = { id: string; subjectId: string };

/** Reads a stream of server-sent events as a client does: an event at a time, with the last id, comments left out. */
export function streamReader(response: Response) {
  const reader = response.body?.pipeThrough(new TextDecoderStream()).getReader();
  if (!reader) throw new Error("There is no stream.");
  let text = "";
  let lastId = "";
  let comments = 0;

  /** The next block; null: the stream has ended. */
  async function block(): Promise<string | null> {
    for (;;) {
      const end = text.indexOf("\n\n");
      if (end >= 0) {
        const found = text.slice(0, end);
        text = text.slice(end + 2);
        return found;
      }
      const { value, done } = (await reader?.read()) ?? { done: true };
      if (done) return null;
      text += value;
    }
  }

  return {
    /** The next event; null: the stream has ended. */
    async next(): Promise<Told | null> {
      for (;;) {
        const lines = (await block())?.split("\n");
        if (!lines) return null;
        comments += lines.filter((line) => line.startsWith(":")).length;
        lastId = lines.find((line) => line.startsWith("id: "))?.slice(4) ?? lastId;
        const data = lines.find((line) => line.startsWith("data: "))?.slice(6);
        if (data) return { id: lastId, subjectId: JSON.parse(data).subjectId };
      }
    },
    async subjects(count: number): Promise<string[]> {
      const found = [];
      for (let at = 0; at < count; at++) found.push((await this.next())?.subjectId ?? "the end");
      return found;
    },
    /** Reads on until a comment has come. */
    async comment(): Promise<void> {
      const before = comments;
      while (comments === before) {
        const lines = (await block())?.split("\n");
        if (!lines) throw new Error("The stream has ended.");
        comments += lines.filter((line) => line.startsWith(":")).length;
        lastId = lines.find((line) => line.startsWith("id: "))?.slice(4) ?? lastId;
      }
    },
    lastId: () => lastId,
    close: () => reader.cancel(),
  };
}
