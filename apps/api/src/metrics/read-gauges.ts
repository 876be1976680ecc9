import { Gauge, type Registry } from "@verdict/runtime";

export type Sample = { labels: Record<string, string>; value: number };

/** Every gauge with its help, its labels, and its samples as of a reading. */
export type ReadGauges<Reading> = Readonly<
  Record<string, readonly [help: string, labels: string[], samples: (reading: Reading) => Sample[]]>
>;

/** Adds gauges that are read when somebody asks for the page. Without a reading they have no samples. */
export function addReadGauges<Reading>(
  registry: Registry,
  gauges: ReadGauges<Reading>,
  latest: () => Promise<Reading | null>,
): void {
  for (const [name, [help, labelNames, samples]] of Object.entries(gauges)) {
    new Gauge({
      name,
      help,
      labelNames,
      registers: [registry],
      async collect() {
        const reading = await latest();
        this.reset();
        if (!reading && labelNames.length === 0) this.remove();
        if (reading) for (const { labels, value } of samples(reading)) this.set(labels, value);
      },
    });
  }
}
