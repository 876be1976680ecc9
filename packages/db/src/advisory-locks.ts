/** What processes wait for one another for, by Postgres's advisory locks. Migrations name some of these numbers, so none ever changes. */
export const ADVISORY_LOCKS = {
  migrating: 7_415_620_133,
  sealing: 7_415_620_134,
  countingHours: 7_415_620_135,
  /** Also in `create_event_partitions`. */
  makingEventPartitions: 7_415_620_136,
  /** Also in `drop_event_partitions`. */
  forgettingEvents: 7_415_620_137,
  /** Who adds people, or takes rights away. */
  changingPeople: 7_415_620_138,
} as const;
