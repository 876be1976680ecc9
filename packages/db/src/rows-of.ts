import type postgres from "postgres";
import { storableJson, storableText } from "./storable-json.ts";
import type { Fragment } from "./write-events.ts";

type ColumnType = "uuid" | "text" | "int" | "boolean" | "timestamptz" | "json" | "jsonb";

/** The columns of rows that a statement is given, each with its type in Postgres. */
export type Columns<Row> = { readonly [Name in keyof Row & string]?: ColumnType };

/**
 * Rows as a relation of a statement: `select … from ${rowsOf(sql, "r", columns, rows)}`, its columns named as in the rows. One
 * array for each column: less for Postgres to take apart than a JSON of all. What a row does not have is null.
 */
export function rowsOf<Row extends object>(
  sql: postgres.Sql,
  name: string,
  columns: Columns<Row>,
  rows: readonly Row[],
): Fragment {
  const types = Object.entries(columns) as [keyof Row & string, ColumnType][];
  const lists = types.map(
    ([column, type]) => sql`${rows.map((row) => textOf(row[column], type))}::text[]::${sql.unsafe(type)}[]`,
  );
  const names = types.map(([column]) => `"${column}"`).join(", ");
  return sql`unnest(${lists.reduce((all, list) => sql`${all}, ${list}`)}) as ${sql.unsafe(`${name}(${names})`)}`;
}

function textOf(value: unknown, type: ColumnType): string | null {
  if (value === null || value === undefined) return null;
  if (type === "json" || type === "jsonb") return storableJson(value);
  if (value instanceof Date) return value.toISOString();
  return storableText(String(value));
}
