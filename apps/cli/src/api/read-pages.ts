import { z } from "zod";
import { showProgress } from "../print/show-progress.ts";
import { type Api, askApi } from "./api.ts";

/** The most the API shows on a page. */
const PAGE_MAX = 200;

export type Pages<Item> = {
  items: Item[];
  /** Whether there are more than were asked for. */
  more: boolean;
};

/** Up to `limit` items of a list, or all of them, page by page. `query`: what it is filtered by; undefined filters nothing. */
export async function readPages<T extends z.ZodType>(
  api: Api,
  item: T,
  path: string,
  query: Readonly<Record<string, string | undefined>>,
  limit = Number.POSITIVE_INFINITY,
): Promise<Pages<z.output<T>>> {
  const Page = z.object({ items: z.array(item), nextCursor: z.string().nullable() });
  const filter = Object.entries(query).flatMap(([name, text]): [string, string][] => (text ? [[name, text]] : []));
  const items: z.output<T>[] = [];
  const progress = showProgress("{value} read");
  let cursor: string | null = null;
  try {
    do {
      const asked = new URLSearchParams(filter);
      asked.set("limit", String(Math.min(PAGE_MAX, limit - items.length)));
      if (cursor !== null) asked.set("cursor", cursor);
      const page: z.output<typeof Page> = await askApi(api, Page, `${path}?${asked}`);
      items.push(...page.items);
      cursor = page.nextCursor;
      if (cursor !== null) progress.tell(items.length);
    } while (cursor !== null && items.length < limit);
  } finally {
    progress.stop();
  }
  return { items, more: cursor !== null };
}
