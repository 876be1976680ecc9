import type { RefusalCount } from "@verdict/db";

export type RefusalLedger = ReturnType<typeof refusalLedger>;

/**
 * Counts refused requests in memory by hour, route, reason and source, until somebody takes the counts to a store.
 *
 * Strangers decide how many sources there are, so within one hour at most `rowsPerHour` (1 or more) different rows are ever
 * handed out. About a quarter is kept for rows with the source `*`, one for each route and reason, which count whatever there
 * is no row for; what not even those have room for goes to one row `-`, `*`, `*`. The bound holds for one ledger, that is for
 * one process from its start to its end. No bound ever costs a count.
 *
 * Memory: `rowsPerHour` entries for the running hour and as many for earlier ones that nobody has taken yet. If those are
 * more, the oldest hours lose their sources, then their routes and reasons; at worst one entry is left of each.
 */
export function refusalLedger({ rowsPerHour, now }: { rowsPerHour: number; now: () => Date }) {
  const room = roomWithin(rowsPerHour);
  const books = new Map<number, Book>();
  let current = bookOf(books, hourOf(now().getTime()));

  /** Hours only go forward: a clock that is set back must not open an hour whose rows are forgotten. */
  const turnTo = (at: number): void => {
    if (at < current.hour + HOUR_MS) return;
    current = bookOf(books, hourOf(at));
    coarsen(books, current, room, rowsPerHour);
  };

  return {
    /** Counts one refused request. Made for floods: a few look-ups, and only the first request of a row allocates it. */
    count(route: string, reason: string, source: string): void {
      const at = now().getTime();
      turnTo(at);
      const known = current.pairs.get(route)?.get(reason)?.get(source);
      add(known ?? entryFor(current, room, { route, reason, source }), { times: 1, firstAt: at, lastAt: at });
    },

    /** Hands out everything that was counted or put back since the last take. */
    take(): RefusalCount[] {
      turnTo(now().getTime());
      const taken = [...books.values()].flatMap(countsOf);
      for (const hour of books.keys()) if (hour !== current.hour) books.delete(hour);
      forgetTimes(current);
      return taken;
    },

    /** Puts back what was taken and could not be stored; the next take has it, together with what was counted meanwhile. */
    restore(counts: readonly RefusalCount[]): void {
      for (const { hour, times, firstAt, lastAt, ...row } of counts) {
        const entry = entryFor(bookOf(books, hour.getTime()), room, row);
        add(entry, { times, firstAt: firstAt.getTime(), lastAt: lastAt.getTime() });
      }
      coarsen(books, current, room, rowsPerHour);
    },

    /** How many entries are in memory. */
    size: (): number => sizeOf([...books.values()]),
  };
}

const HOUR_MS = 3_600_000;
const hourOf = (at: number): number => Math.floor(at / HOUR_MS) * HOUR_MS;

/** Times are milliseconds since 1970. */
type Entry = { times: number; firstAt: number; lastAt: number };

type Row = Pick<RefusalCount, "route" | "reason" | "source">;

/** In the place of a source: all further ones. */
const ANY = "*";
const LAST_RESORT: Row = { route: "-", reason: ANY, source: ANY };

/** One hour. What was taken stays at zero until the hour is over: its row is known and must not be counted as another. */
type Book = {
  hour: number;
  /** Route → reason → source. */
  pairs: Map<string, Map<string, Map<string, Entry>>>;
  pairCount: number;
  sourceCount: number;
  lastResort: Entry;
};

type Room = { pairs: number; sources: number };

function roomWithin(rowsPerHour: number): Room {
  const kept = Math.ceil((rowsPerHour + 2) / 4);
  return { pairs: kept - 1, sources: rowsPerHour - kept };
}

function bookOf(books: Map<number, Book>, hour: number): Book {
  const book = books.get(hour) ?? emptyBook(hour);
  books.set(hour, book);
  return book;
}

const emptyBook = (hour: number): Book => ({
  hour,
  pairs: new Map(),
  pairCount: 0,
  sourceCount: 0,
  lastResort: emptyEntry(),
});

const emptyEntry = (): Entry => ({ times: 0, firstAt: 0, lastAt: 0 });

/** Where a row is counted: its own entry while there is room for it, else the one of all further sources. */
function entryFor(book: Book, room: Room, { route, reason, source }: Row): Entry {
  const pair = reason === ANY ? undefined : (book.pairs.get(route)?.get(reason) ?? openPair(book, room, route, reason));
  if (!pair) return book.lastResort;
  const known = pair.get(source);
  if (known) return known;
  if (source !== ANY && book.sourceCount < room.sources) {
    book.sourceCount += 1;
    return openEntry(pair, source);
  }
  return pair.get(ANY) ?? openEntry(pair, ANY);
}

/** A pair takes the room of its row `*` at once, so that there is one whenever its sources become too many. */
function openPair(book: Book, room: Room, route: string, reason: string): Map<string, Entry> | undefined {
  if (book.pairCount >= room.pairs) return undefined;
  book.pairCount += 1;
  const pair = new Map<string, Entry>();
  const reasons = book.pairs.get(route) ?? new Map<string, Map<string, Entry>>();
  book.pairs.set(route, reasons.set(reason, pair));
  return pair;
}

function openEntry(pair: Map<string, Entry>, source: string): Entry {
  const entry = emptyEntry();
  pair.set(source, entry);
  return entry;
}

function add(entry: Entry, more: Entry): void {
  entry.firstAt = entry.times === 0 ? more.firstAt : Math.min(entry.firstAt, more.firstAt);
  entry.lastAt = entry.times === 0 ? more.lastAt : Math.max(entry.lastAt, more.lastAt);
  entry.times += more.times;
}

/** Every row of an hour with its entry. */
const rowsOf = (book: Book): [Row, Entry][] => [
  ...[...book.pairs].flatMap(([route, reasons]) =>
    [...reasons].flatMap(([reason, pair]) =>
      [...pair].map(([source, entry]): [Row, Entry] => [{ route, reason, source }, entry]),
    ),
  ),
  [LAST_RESORT, book.lastResort],
];

const countsOf = (book: Book): RefusalCount[] =>
  rowsOf(book).flatMap(([row, { times, firstAt, lastAt }]) =>
    times === 0
      ? []
      : { hour: new Date(book.hour), ...row, times, firstAt: new Date(firstAt), lastAt: new Date(lastAt) },
  );

function forgetTimes(book: Book): void {
  for (const [, entry] of rowsOf(book)) entry.times = 0;
}

/** A pair has its row `*` counted in whether it was needed yet or not. */
const sizeOf = (books: readonly Book[]): number =>
  books.reduce((sum, { pairCount, sourceCount }) => sum + pairCount + sourceCount + 1, 0);

/** What an earlier hour can do without, mildest first: rows that were taken, then sources, then everything but the hour. */
const COARSER: readonly ((row: Row) => Row)[] = [(row) => row, (row) => ({ ...row, source: ANY }), () => LAST_RESORT];

/** Keeps the hours before the current one within the limit. The oldest give way first. */
function coarsen(books: Map<number, Book>, current: Book, room: Room, limit: number): void {
  const earlier = () => [...books.values()].filter((book) => book !== current);
  for (const coarser of COARSER) {
    for (const book of earlier().sort((a, b) => a.hour - b.hour)) {
      if (sizeOf(earlier()) <= limit) return;
      books.set(book.hour, rewrite(book, room, coarser));
    }
  }
}

/** Rows become fewer, and only ever rows the hour may have: a source's counts go to the row `*` its pair has room for. */
function rewrite(book: Book, room: Room, coarser: (row: Row) => Row): Book {
  const rewritten = emptyBook(book.hour);
  for (const [row, entry] of rowsOf(book)) {
    if (entry.times > 0) add(entryFor(rewritten, room, coarser(row)), entry);
  }
  return rewritten;
}
