CREATE TABLE "verification_day_counts" (
	"day" timestamp with time zone NOT NULL,
	"route" text NOT NULL,
	"product" text NOT NULL,
	"scene_code" text NOT NULL,
	"measure" text NOT NULL,
	"value" text NOT NULL,
	"count" integer NOT NULL,
	CONSTRAINT "verification_day_counts_pkey" PRIMARY KEY("day","route","product","scene_code","measure","value"),
	CONSTRAINT "verification_day_counts_measure_check" CHECK (measure in ('status', 'sub_code', 'progress', 'page', 'callback', 'seconds')),
	CONSTRAINT "verification_day_counts_count_check" CHECK (count > 0)
);
